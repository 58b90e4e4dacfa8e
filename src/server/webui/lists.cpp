// What the web UI's clients ask before they paint: models, samplers, options, progress.
#include <unistd.h>
#include <fstream>

#include <fmt/format.h>

#include "core/memory.hpp"
#include "core/text.hpp"
#include "inkstone/samplers.hpp"
#include "server/api/job_json.hpp"
#include "server/api/parameters.hpp"
#include "server/base64.hpp"
#include "server/http/json_body.hpp"
#include "server/painter.hpp"
#include "server/webui/handlers.hpp"
#include "server/webui/keys.hpp"

namespace inkstone::server::webui {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Checkpoints of words, runs and rules paint; of the catalogue what says so.
bool paints(const UsableModel& model) {
  if (!model.present) return false;
  return model.source != "catalogue" || lower_ascii(model.purpose).rfind("paint", 0) == 0;
}

bool upscales(const UsableModel& model) {
  return model.present && lower_ascii(model.purpose).rfind("upscale", 0) == 0;
}

std::optional<JobStatus> running_job(Service& service, const std::string& owner) {
  JobQuery query;
  query.owner = owner;
  query.state = JobState::running;
  query.limit = 1;
  const auto jobs = service.jobs.list(query);
  if (jobs.empty()) return std::nullopt;
  return jobs.front();
}

ordered_json state_json(const std::optional<JobStatus>& job) {
  return {{"skipped", false},
          {"interrupted", job && job->stopping},
          {"stopping_generation", job && job->stopping},
          {"job", job ? job->stage : ""},
          {"job_count", job ? 1 : 0},
          {"job_timestamp", "0"},
          {"job_no", 0},
          {"sampling_step", job ? job->step : 0},
          {"sampling_steps", job ? job->total : 0}};
}

}  // namespace

Response list_models(Service& service, const Request& request) {
  auto list = ordered_json::array();
  for (const auto& model : offered_models(service, request.user.sees()))
    if (paints(model))
      list.push_back({{"title", model.id},
                      {"model_name", model.title},
                      {"hash", nullptr},
                      {"sha256", nullptr},
                      {"filename", model.id},
                      {"config", nullptr}});
  return json_response(200, dumped(list));
}

Response list_autoencoders(Service& service, const Request& request) {
  auto list = ordered_json::array();
  for (const auto& model : offered_models(service, request.user.sees()))
    if (model.present && lower_ascii(model.purpose).find("autoencoder") != std::string::npos)
      list.push_back({{"model_name", model.id}, {"filename", model.id}});
  return json_response(200, dumped(list));
}

Response list_samplers(Service&, const Request&) {
  auto list = ordered_json::array();
  for (const auto& sampler : samplers())
    list.push_back({{"name", sampler.name}, {"aliases", sampler.aliases}, {"options", ordered_json::object()}});
  return json_response(200, dumped(list));
}

Response list_schedulers(Service&, const Request&) {
  ordered_json list = {{{"name", "automatic"},
                        {"label", "Automatic"},
                        {"aliases", ordered_json::array()},
                        {"default_rho", -1},
                        {"need_inner_model", false}}};
  for (const auto& name : schedulers())
    list.push_back(
        {{"name", name}, {"label", name}, {"aliases", ordered_json::array()}, {"default_rho", -1}, {"need_inner_model", false}});
  return json_response(200, dumped(list));
}

Response list_upscalers(Service& service, const Request& request) {
  ordered_json list = {
      {{"name", "None"}, {"model_name", nullptr}, {"model_path", nullptr}, {"model_url", nullptr}, {"scale", 4}},
      {{"name", "Inkstone"}, {"model_name", nullptr}, {"model_path", nullptr}, {"model_url", nullptr}, {"scale", 2}}};
  for (const auto& model : offered_models(service, request.user.sees()))
    if (upscales(model))
      list.push_back(
          {{"name", model.id}, {"model_name", model.title}, {"model_path", nullptr}, {"model_url", nullptr}, {"scale", 4}});
  return json_response(200, dumped(list));
}

Response list_latent_modes(Service&, const Request&) {
  return json_response(200, R"json([{"name":"Latent"},{"name":"Latent (nearest)"},{"name":"Latent (bicubic)"}])json");
}

Response list_scripts(Service&, const Request&) {
  return json_response(200, R"({"txt2img":[],"img2img":[]})");
}
Response empty_list(Service&, const Request&) {
  return json_response(200, "[]");
}
Response empty_object(Service&, const Request&) {
  return json_response(200, "{}");
}
Response list_adapters(Service& service, const Request&) {
  auto list = ordered_json::array();
  for (const auto& name : service.jobs.adapters())
    list.push_back({{"name", name}, {"alias", name}, {"path", name}, {"metadata", ordered_json::object()}});
  return json_response(200, dumped(list));
}
Response list_embeddings(Service& service, const Request&) {
  auto loaded = ordered_json::object(), skipped = ordered_json::object();
  for (const auto& word : service.jobs.prompt_words())
    (word.vectors > 0 ? loaded : skipped)[word.name] = {{"step", nullptr},
                                                        {"sd_checkpoint", nullptr},
                                                        {"sd_checkpoint_name", nullptr},
                                                        {"shape", word.width},
                                                        {"vectors", word.vectors}};
  return json_response(200, dumped({{"loaded", std::move(loaded)}, {"skipped", std::move(skipped)}}));
}
Response nothing(Service&, const Request&) {
  return json_response(200, "null");
}

Response get_progress(Service& service, const Request& request) {
  const auto job = running_job(service, request.user.owner);
  const double progress = job && job->total > 0 ? double(job->step) / double(job->total) : 0;
  ordered_json picture = nullptr;
  if (job && !query_flag(request, "skip_current_image", false))
    if (const auto preview = service.jobs.preview(job->id); !preview.empty()) picture = base64(preview);
  return json_response(200, dumped({{"progress", progress},
                                    {"eta_relative", job ? std::max(0.0, job->seconds_left) : 0.0},
                                    {"state", state_json(job)},
                                    {"current_image", picture},
                                    {"textinfo", job ? ordered_json(job->stage) : ordered_json(nullptr)}}));
}

Response interrupt(Service& service, const Request& request) {
  if (const auto job = running_job(service, request.user.owner)) service.jobs.cancel(job->id);
  return json_response(200, "{}");
}

Response get_options(Service& service, const Request& request) {
  const auto choice = service.choices.of(request.user.owner);
  return json_response(200, dumped({{"sd_model_checkpoint", choice.model.empty() ? default_painter(service) : choice.model},
                                    {"sd_checkpoint_hash", ""},
                                    {"sd_vae", choice.vae.empty() ? "Automatic" : choice.vae},
                                    {"CLIP_stop_at_last_layers", choice.clip_skip},
                                    {"samples_format", "png"},
                                    {"enable_pnginfo", true}}));
}

Response set_options(Service& service, const Request& request) {
  const auto body = json_body(request);
  auto choice = service.choices.of(request.user.owner);
  for (const auto& [key, value] : body.items()) {
    if (key == "sd_model_checkpoint")
      choice.model = text_at(body, "sd_model_checkpoint");
    else if (key == "sd_vae")
      choice.vae = text_at(body, "sd_vae");
    else if (key == "CLIP_stop_at_last_layers")
      choice.clip_skip = whole_at(body, "CLIP_stop_at_last_layers", 1, 1, 12);
    else if (key != "sd_checkpoint_hash" && !(key == "samples_format" && value == "png") &&
             !(key == "enable_pnginfo" && value == true))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("the option '{}' is not here; sd_model_checkpoint, sd_vae and CLIP_stop_at_last_layers are",
                              key.substr(0, 100)));
  }
  const auto models = offered_models(service, request.user.sees());
  if (!choice.model.empty() && choice.model != default_painter(service) &&
      std::none_of(models.begin(), models.end(), [&](const UsableModel& model) { return model.id == choice.model; }))
    throw Error(ErrorCategory::not_found,
                fmt::format("there is no model '{}'; GET /sdapi/v1/sd-models lists those that are", choice.model.substr(0, 100)));
  service.choices.set(request.user.owner, std::move(choice));
  return json_response(200, "null");
}

Response get_memory(Service& service, const Request&) {
  const double total = double(::sysconf(_SC_PHYS_PAGES)) * double(::sysconf(_SC_PAGESIZE)),
               free = std::min(total, double(available_memory()));
  const auto models = service.jobs.summary().models;
  return json_response(200, dumped({{"ram",
                                     {{"free", free},
                                      {"used", total - free},
                                      {"total", total},
                                      {"models", models.bytes},
                                      {"models_budget", models.budget}}},
                                    {"cuda", {{"error", "unavailable"}}}}));
}

}  // namespace inkstone::server::webui
