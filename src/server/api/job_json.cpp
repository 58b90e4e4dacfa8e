#include "server/api/job_json.hpp"

#include <cmath>

#include <fmt/format.h>

#include "server/event_hub.hpp"
#include "server/log.hpp"

namespace inkstone::server {
namespace {

using nlohmann::ordered_json;

ordered_json progress_json(const JobStatus& job) {
  auto values = ordered_json::object();
  for (const auto& [name, value] : job.values)
    if (std::isfinite(value)) values[name] = value;
  return {{"stage", job.stage},
          {"step", job.step},
          {"total", job.total},
          {"seconds_left", std::isfinite(job.seconds_left) ? job.seconds_left : -1},
          {"values", std::move(values)}};
}

ordered_json preview_url(const JobStatus& job) {
  if (job.preview_step < 0 || is_last_state(job.state)) return nullptr;
  return fmt::format("/v1/jobs/{}/preview?step={}", job.id, job.preview_step);
}

ordered_json error_json(const JobStatus& job) {
  if (job.error.empty()) return nullptr;
  return {{"type", "urn:inkstone:problem:" + job.error_category}, {"title", job.error_category}, {"detail", job.error}};
}

}  // namespace

std::string dumped(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json stored_json(const std::string& text) {
  auto value = ordered_json::parse(text, nullptr, false);
  return value.is_discarded() ? ordered_json(nullptr) : value;
}

ordered_json time_json(std::int64_t milliseconds) {
  return milliseconds == 0 ? ordered_json(nullptr) : ordered_json(time_text(milliseconds));
}

ordered_json picture_json(const StoredPicture& picture) {
  const auto url = "/v1/pictures/" + picture.id;
  return {{"id", picture.id},
          {"url", url},
          {"thumbnail", url + "/thumbnail?size=256"},
          {"width", picture.width},
          {"height", picture.height},
          {"media_type", picture.media_type},
          {"bytes", picture.bytes},
          {"name", picture.name}};
}

ordered_json job_json(const JobStatus& job) {
  auto pictures = ordered_json::array();
  for (const auto& picture : job.pictures) pictures.push_back(picture_json(picture));
  return {{"id", job.id},
          {"task", job.task},
          {"state", state_name(job.state)},
          {"stopping", job.stopping},
          {"priority", job.priority},
          {"place", job.place},
          {"attempts", job.attempts},
          {"created", time_json(job.created)},
          {"started", time_json(job.started)},
          {"finished", time_json(job.finished)},
          {"progress", progress_json(job)},
          {"preview", preview_url(job)},
          {"pictures", std::move(pictures)},
          {"report", stored_json(job.report)},
          {"error", error_json(job)},
          {"from_store", job.from_store},
          {"request", stored_json(job.request)},
          {"model", job.model},
          {"prompt", job.prompt},
          {"tags", job.tags},
          {"parents", job.parents},
          {"owner", job.owner}};
}

}  // namespace inkstone::server
