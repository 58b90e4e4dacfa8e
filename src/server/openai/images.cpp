#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "core/files.hpp"
#include "core/nearest.hpp"
#include "server/api/job_json.hpp"
#include "server/api/orders.hpp"
#include "server/base64.hpp"
#include "server/http/json_body.hpp"
#include "server/http/multipart.hpp"
#include "server/log.hpp"
#include "server/openai/handlers.hpp"
#include "server/painter.hpp"

namespace inkstone::server::openai {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kAnyModel[] = {"dall-e-2",         "dall-e-3",      "gpt-image-1",
                                          "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"};

struct Wish {
  PaintWish paint;
  bool urls = false;  // response_format
};

[[noreturn]] void refuse(const std::string& key, const std::string& why) {
  throw Error(ErrorCategory::bad_argument, fmt::format("'{}' {}", key.substr(0, 100), why));
}

// A form has text for everything.
std::string text_of(const json& values, const std::string& key) {
  const auto found = values.find(key);
  if (found == values.end() || found->is_null()) return {};
  if (found->is_number_integer()) return found->dump();
  if (!found->is_string()) refuse(key, "must be text");
  return found->get<std::string>();
}

int number_of(const json& values, const std::string& key, int fallback, int least, int most) {
  const auto text = text_of(values, key);
  if (text.empty()) return fallback;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    refuse(key, fmt::format("must be a whole number from {} to {}", least, most));
  return number;
}

// What means nothing here is ignored where it leaves the result as it is.
void check_keys(const json& values, const std::vector<std::string>& more) {
  static const std::map<std::string, std::vector<std::string>> kHarmless = {
      {"quality", {"auto", "standard", "hd", "high", "medium", "low"}},
      {"style", {"vivid", "natural"}},
      {"background", {"auto", "opaque"}},
      {"moderation", {"auto", "low"}},
      {"output_format", {"png"}},
      {"output_compression", {"100"}},
      {"stream", {"false"}},
      {"partial_images", {"0"}},
      {"input_fidelity", {"low", "high"}}};
  std::vector<std::string> known = {"model", "n", "size", "response_format", "user"};
  known.insert(known.end(), more.begin(), more.end());
  for (const auto& [key, value] : values.items()) {
    if (value.is_null() || std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto harmless = kHarmless.find(key);
    if (harmless == kHarmless.end())
      refuse(key, fmt::format("is no key of this request{}", did_you_mean(key.substr(0, 100), known)));
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    if (std::find(harmless->second.begin(), harmless->second.end(), text) == harmless->second.end())
      refuse(key, fmt::format("is not supported as {}", text.substr(0, 60)));
  }
}

void take_size(const json& values, PaintWish& wish) {
  const auto size = text_of(values, "size");
  if (size.empty() || size == "auto") return;
  const auto by = size.find('x');
  int width = 0, height = 0;
  if (by != std::string::npos) {
    std::from_chars(size.data(), size.data() + by, width);
    std::from_chars(size.data() + by + 1, size.data() + size.size(), height);
  }
  if (width < 16 || width > 4096 || height < 16 || height > 4096 || fmt::format("{}x{}", width, height) != size)
    refuse("size", "must be like 512x512, each side 16 to 4096");
  wish.width = width;
  wish.height = height;
}

// Names of OpenAI's own models stand for whatever paints here.
std::string model_of(const json& values) {
  const auto name = text_of(values, "model");
  return std::find(std::begin(kAnyModel), std::end(kAnyModel), name) == std::end(kAnyModel) ? name : std::string();
}

Wish wish_of(const json& values) {
  Wish wish;
  wish.paint.model = model_of(values);
  wish.paint.prompt = text_of(values, "prompt");
  wish.paint.count = number_of(values, "n", 1, 1, 10);
  take_size(values, wish.paint);
  const auto format = text_of(values, "response_format");
  if (!format.empty() && format != "url" && format != "b64_json") refuse("response_format", "must be url or b64_json");
  wish.urls = format == "url";
  return wish;
}

ordered_json picture_of(Service& service, const StoredPicture& picture, const std::string& base) {
  if (!base.empty()) return {{"url", base + "/v1/pictures/" + picture.id}};
  return {{"b64_json", base64(read_file(service.jobs.picture_file(picture.id).path))}};
}

// What may be named is checked here, so that an unknown model is 404 as clients expect.
Response painted(Service& service, const Request& request, Wish wish) {
  const auto order = paint_request(service, wish.paint);
  const auto base = wish.urls ? fmt::format("{}://{}", request.secure ? "https" : "http", request.header("host")) : std::string();
  return answer_when_done(service, request.user, order_for("paint", order), [&service, base](const JobStatus& job) {
    auto data = ordered_json::array();
    for (const auto& picture : job.pictures) data.push_back(picture_of(service, picture, base));
    return json_response(200, dumped({{"created", job.finished / 1000}, {"data", std::move(data)}, {"output_format", "png"}}));
  });
}

// The text fields of a form as an object, the files by name ("image" and "image[]" are one).
struct Form {
  json values = json::object();
  std::map<std::string, std::vector<Part>> files;
};

Form form_of(const Request& request) {
  const auto boundary = multipart_boundary(request.header("content-type"));
  if (boundary.empty())
    throw Error(ErrorCategory::bad_argument, "the body must be a multipart/form-data form with the file 'image'");
  Form form;
  for (const auto& part : parse_multipart(request.body, boundary)) {
    auto name = part.name.ends_with("[]") ? part.name.substr(0, part.name.size() - 2) : part.name;
    if (name == "image" || name == "mask")
      form.files[name].push_back(part);
    else
      form.values[name] = std::string(part.data);
  }
  return form;
}

// The one file of that name; nothing where there is none.
const Part* file_of(const Form& form, const std::string& name) {
  const auto found = form.files.find(name);
  if (found == form.files.end()) return nullptr;
  if (found->second.size() != 1) refuse(name, "must be one picture");
  return &found->second[0];
}

Wish wish_over_picture(Service& service, const Request& request, const Form& form, double strength) {
  auto wish = wish_of(form.values);
  const auto* picture = file_of(form, "image");
  if (!picture) refuse("image", "is missing");
  wish.paint.more = {{"init-img", keep_picture(service, request.user, picture->data, picture->filename).id},
                     {"strength", strength}};
  return wish;
}

// What is transparent is painted anew: of the mask or, without one, of the picture itself.
void take_mask(Service& service, const Request& request, const Form& form, PaintWish& wish) {
  const auto* mask = file_of(form, "mask");
  const auto* part = mask ? mask : file_of(form, "image");
  const auto found = service.jobs.add_transparency(part->data, part->filename, request.user.owner);
  if (found) wish.more["mask"] = found->id;
  if (mask && !found) refuse("mask", "has no transparent part, so nothing would be painted anew");
}

}  // namespace

Response generate(Service& service, const Request& request) {
  const auto body = json_body(request);
  check_keys(body, {"prompt"});
  auto wish = wish_of(body);
  if (wish.paint.prompt.empty()) refuse("prompt", "is missing: say what to paint");
  return painted(service, request, std::move(wish));
}

Response edit(Service& service, const Request& request) {
  const auto form = form_of(request);
  check_keys(form.values, {"prompt"});
  auto wish = wish_over_picture(service, request, form, 0.8);
  take_mask(service, request, form, wish.paint);
  return painted(service, request, std::move(wish));
}

Response vary(Service& service, const Request& request) {
  const auto form = form_of(request);
  check_keys(form.values, {});
  return painted(service, request, wish_over_picture(service, request, form, 0.6));
}

}  // namespace inkstone::server::openai
