#include "studio/jobs/job_observer.hpp"

#include <fstream>
#include <utility>

#include "image/encode.hpp"
#include "image/resize.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kBetweenPreviews = std::chrono::milliseconds(700);
constexpr int kPreviewSide = 512, kPreviewQuality = 80;
constexpr std::size_t kMostMessages = 64;  // between two heartbeats

std::string preview_bytes(const Image& picture) {
  const auto size = fit_within({picture.width, picture.height}, kPreviewSide);
  EncodeOptions options;
  options.format = ImageFormat::jpeg;
  options.quality = kPreviewQuality;
  return encode_image(resize(picture, size.width, size.height), options);
}

// Seen whole or not at all, but not forced to the disk: it is gone in a moment.
void write_preview(const fs::path& path, const std::string& bytes) {
  const fs::path fresh = path.string() + ".new";
  std::ofstream(fresh, std::ios::binary) << bytes;
  std::error_code ignored;
  fs::rename(fresh, path, ignored);
}

}  // namespace

void JobObserver::drop_preview() {
  std::error_code ignored;
  fs::remove(preview_, ignored);
}

void JobObserver::on_progress(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  auto values = json::object();
  for (const auto& value : progress.values) values[std::string(value.name)] = value.value;
  progress_ = {{"stage", progress.stage},
               {"step", progress.step},
               {"total", progress.total},
               {"seconds_left", progress.seconds_left},
               {"values", std::move(values)}};
  moved_ = true;
}

bool JobObserver::wants_preview(std::int64_t) {
  return Clock::now() - looked_ >= kBetweenPreviews;
}

void JobObserver::on_preview(const Image& picture, std::int64_t step) try {
  looked_ = Clock::now();
  write_preview(preview_, preview_bytes(picture));
  const std::lock_guard lock(mutex_);
  preview_step_ = step;
  moved_ = true;
  news_.events.emplace_back("preview", json{{"step", step}}.dump());
} catch (const Error&) {
  // A picture that cannot be shown on its way is painted all the same.
}

void JobObserver::on_message(std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (news_.events.size() < kMostMessages)
    news_.events.emplace_back("message", json{{"text", message}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool JobObserver::has_news() {
  const std::lock_guard lock(mutex_);
  return moved_ || !news_.events.empty();
}

JobNews JobObserver::news() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(moved_, false)) {
    const auto shown = progress_.dump(-1, ' ', false, json::error_handler_t::replace);
    news_.events.emplace_back("progress", shown);
    auto kept = progress_;
    kept["preview_step"] = preview_step_;
    news_.progress = kept.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return std::exchange(news_, {});
}

}  // namespace inkstone::studio
