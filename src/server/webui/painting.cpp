// txt2img, img2img, the extras, png-info and interrogate.
#include <algorithm>

#include <fmt/format.h>

#include "core/files.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/base64.hpp"
#include "server/http/json_body.hpp"
#include "server/safety/tokens.hpp"
#include "server/webui/handlers.hpp"
#include "server/webui/keys.hpp"

namespace inkstone::server::webui {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json pictures_in_base64(Service& service, const JobStatus& job) {
  auto list = ordered_json::array();
  for (const auto& picture : job.pictures) list.push_back(base64(read_file(service.jobs.picture_file(picture.id).path)));
  return list;
}

// A text that is JSON itself, as clients expect it.
std::string info_text(Service& service, const JobStatus& job, const PaintWish& wish) {
  auto seeds = ordered_json::array(), texts = ordered_json::array(), prompts = ordered_json::array();
  for (std::size_t k = 0; k < job.pictures.size(); ++k) {
    seeds.push_back(wish.seed + std::int64_t(k));
    prompts.push_back(wish.prompt);
    texts.push_back(service.jobs.picture_text(job.pictures[k].id).parameters);
  }
  const int width = job.pictures.empty() ? 0 : job.pictures[0].width, height = job.pictures.empty() ? 0 : job.pictures[0].height;
  return dumped({{"prompt", wish.prompt},
                 {"all_prompts", prompts},
                 {"negative_prompt", wish.negative_prompt},
                 {"seed", wish.seed},
                 {"all_seeds", seeds},
                 {"subseed", wish.more.value("subseed", 0)},
                 {"width", width},
                 {"height", height},
                 {"sampler_name", wish.more.value("sampling-method", "")},
                 {"cfg_scale", wish.more.value("cfg-scale", 0.0)},
                 {"steps", wish.more.value("steps", 0)},
                 {"batch_size", job.pictures.size()},
                 {"sd_model_name", job.model},
                 {"infotexts", texts},
                 {"job", job.id}});
}

Response painted(Service& service, const Request& request, const json& body, PaintWish wish) {
  const auto order = paint_request(service, wish);
  auto parameters = body;
  parameters.erase("init_images");
  parameters.erase("mask");
  const bool send = flag_at(body, "send_images", true);
  return answer_when_done(
      service, request.user, order_for("paint", order), [&service, wish, parameters, send](const JobStatus& job) {
        return json_response(200, dumped({{"images", send ? pictures_in_base64(service, job) : ordered_json::array()},
                                          {"parameters", parameters},
                                          {"info", info_text(service, job, wish)}}));
      });
}

// upscaler_1 as a client shows it: a model of the catalogue, or our own for what is no network there.
std::string upscaler_model(const json& body) {
  const auto name = text_at(body, "upscaler_1", "None");
  return name == "None" || name == "Lanczos" || name == "Nearest" || name == "Inkstone" ? std::string() : name;
}

json upscale_request(const json& body, const std::string& picture) {
  json wish = {{"picture", picture}};
  if (whole_at(body, "resize_mode", 0, 0, 1) == 0) {
    wish["scale"] = number_at(body, "upscaling_resize", 2, 1, 8);
  } else {
    wish["width"] = whole_at(body, "upscaling_resize_w", 512, 1, 16384);
    wish["height"] = whole_at(body, "upscaling_resize_h", 512, 1, 16384);
  }
  if (const auto model = upscaler_model(body); !model.empty()) wish["model"] = model;
  return wish;
}

const std::vector<std::string>& extras_keys() {
  static const std::vector<std::string> keys = {
      "resize_mode", "upscaling_resize", "upscaling_resize_w", "upscaling_resize_h", "upscaler_1", "image", "imageList"};
  return keys;
}

// One job after the other; the last one's end answers. The jobs are queued together, so the last is done when all are.
Response upscaled(Service& service, const Request& request, const json& body, const std::vector<std::string>& pictures,
                  bool single) {
  std::vector<std::string> jobs;
  for (const auto& bytes : pictures) {
    const auto picture = keep_picture(service, request.user, bytes).id;
    jobs.push_back(submit_order(service, request.user, order_for("upscale", upscale_request(body, picture))));
  }
  return answer_when_ended(service, jobs, [&service, single](const std::vector<JobStatus>& done) {
    auto images = ordered_json::array();
    for (const auto& job : done)
      for (auto& picture : pictures_in_base64(service, job)) images.push_back(std::move(picture));
    if (single) return json_response(200, dumped({{"html_info", ""}, {"image", images.empty() ? ordered_json("") : images[0]}}));
    return json_response(200, dumped({{"html_info", ""}, {"images", images}}));
  });
}

bool is_kept(Service& service, const std::string& id, const std::string& owner) {
  try {
    service.jobs.picture(id, owner);
    return true;
  } catch (const Error&) {
    return false;
  }
}

ordered_json items_of(const std::string& parameters) {
  return parameters.empty() ? ordered_json::object() : ordered_json{{"parameters", parameters}};
}

constexpr const char* kTagger = "resnet50-imagenet";

// A sentence by the captioner that comes with the program, as CLIP interrogators give one; or tags, as DeepDanbooru does.
json looking_request(Service& service, const json& body, const std::string& picture) {
  json wish = {{"source", picture}, {"colors", 0}, {"duplicates", -1}};
  const auto model = text_at(body, "model", "clip");
  if (model == "clip") {
    wish.update({{"caption", true}, {"tags", 0}});
    return wish;
  }
  if (model != "deepdanbooru" && model != "deepbooru")
    throw Error(ErrorCategory::bad_argument, "'model' must be clip, for a sentence, or deepdanbooru, for tags");
  const auto models = service.jobs.models("");
  if (std::none_of(models.begin(), models.end(), [](const UsableModel& known) { return known.id == kTagger && known.present; }))
    throw Error(ErrorCategory::not_found, fmt::format("tags want the model {}, which is not here; fetch it first", kTagger));
  return wish;
}

// Caption or tags, whichever was asked for.
std::string words_in(const ordered_json& report) {
  const auto pictures = report.value("pictures", ordered_json::array());
  return pictures.empty() ? std::string() : pictures[0].value("text", "");
}

}  // namespace

Response paint_text(Service& service, const Request& request) {
  const auto body = json_body(request);
  return painted(service, request, body, wish_of(body, Kind::text, service.choices.of(request.user.owner)));
}

Response paint_picture(Service& service, const Request& request) {
  const auto body = json_body(request);
  auto wish = wish_of(body, Kind::picture, service.choices.of(request.user.owner));
  const auto pictures = body.value("init_images", json::array());
  if (!pictures.is_array() || pictures.size() != 1)
    throw Error(ErrorCategory::bad_argument, "'init_images' must have one picture");
  wish.more["init-img"] = keep_picture(service, request.user, picture_bytes(pictures[0], "init_images")).id;
  if (body.contains("mask") && !body["mask"].is_null())
    wish.more["mask"] = keep_picture(service, request.user, picture_bytes(body["mask"], "mask")).id;
  return painted(service, request, body, std::move(wish));
}

Response extra_single(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_keys(body, extras_keys());
  return upscaled(service, request, body, {picture_bytes(body.value("image", json()), "image")}, true);
}

Response extra_batch(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_keys(body, extras_keys());
  const auto list = body.value("imageList", json::array());
  if (!list.is_array() || list.empty() || list.size() > 64)
    throw Error(ErrorCategory::bad_argument, "'imageList' must have 1 to 64 pictures");
  std::vector<std::string> pictures;
  for (const auto& item : list)
    pictures.push_back(picture_bytes(item.is_object() ? item.value("data", json()) : json(), "imageList"));
  return upscaled(service, request, body, pictures, false);
}

Response png_info(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_keys(body, {"image"});
  const auto bytes = picture_bytes(body.value("image", json()), "image");
  const auto& owner = request.user.owner;
  const bool kept = is_kept(service, sha256_digest(bytes), owner);
  const auto picture = keep_picture(service, request.user, bytes);
  const auto text = service.jobs.picture_text(picture.id, owner);
  if (!kept) service.jobs.forget_picture(picture.id, owner);
  return json_response(
      200, dumped({{"info", text.parameters}, {"items", items_of(text.parameters)}, {"parameters", ordered_json::object()}}));
}

Response interrogate(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_keys(body, {"image", "model"});
  const auto picture = keep_picture(service, request.user, picture_bytes(body.value("image", json()), "image")).id;
  const auto order = order_for("annotate", looking_request(service, body, picture));
  return answer_when_done(service, request.user, order, [](const JobStatus& job) {
    return json_response(200, dumped({{"caption", words_in(stored_json(job.report))}}));
  });
}

}  // namespace inkstone::server::webui
