#include "server/painter.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/painter.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

// What the painter that comes with the program is called here; to task paint it is the model that nobody named.
constexpr const char* kShipped = "words";
constexpr int kShippedSide = 64;  // of its pictures, which it can double
// What paints where the program came without it.
constexpr const char* kWithoutIt = "procedural/mountains";

constexpr std::string_view kRule = "procedural/";

std::int64_t drawn_seed() {
  std::random_device random;
  return std::int64_t(random() & 0x7fffffffU);
}

// Rules are called by words too: "a spiral galaxies picture" is painted by procedural/galaxies.
std::string rule_named_in(const Service& service, const std::string& prompt, const std::string& fallback) {
  const auto words = lower_ascii(prompt);
  for (const auto& model : service.jobs.models(""))
    if (model.source == "rule" && words.find(lower_ascii(model.title)) != std::string::npos) return model.id;
  return fallback;
}

// What paints squares of one size and doubles them comes as near as it can to the size that was asked for.
void fit_side(json& request, const PaintWish& wish, int side) {
  constexpr int kMostDoublings = 4;
  int fitting = side;
  for (int k = 0; k < kMostDoublings && fitting * 2 <= std::min(wish.width, wish.height); ++k) fitting *= 2;
  request["width"] = request["height"] = fitting;
}

void set_size(json& request, const PaintWish& wish) {
  if (wish.width > 0) request["width"] = wish.width;
  if (wish.height > 0) request["height"] = wish.height;
}

// Options as clients call them, beside steps, guidance and sampler, which they always send, whoever paints.
constexpr std::pair<const char*, const char*> kCheckpointsOnly[] = {
    {"hires-fix", "enable_hr"}, {"tile", "tiling"},     {"subseed-strength", "subseed_strength"},
    {"s-churn", "s_churn"},     {"s-noise", "s_noise"}, {"clip-skip", "CLIP_stop_at_last_layers"},
    {"vae", "sd_vae"}};

void refuse_more(const PaintWish& wish) {
  for (const auto& [option, name] : kCheckpointsOnly)
    if (wish.more.contains(option))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("'{}' means nothing to the model {}; leave it out, or name a Stable Diffusion checkpoint", name,
                              wish.model));
}

// What a picture painted over comes with; who wants that of a painter that cannot is told so by it.
void set_start(json& request, const PaintWish& wish) {
  for (const char* key : {"init-img", "strength", "mask", "mask-blur", "invert-mask", "masked-padding"})
    if (wish.more.contains(key)) request[key] = wish.more[key];
}

}  // namespace

std::string default_painter(const Service& service) {
  if (!service.settings.model.empty()) return service.settings.model;
  return has_shipped_painter() ? kShipped : kWithoutIt;
}

std::vector<UsableModel> offered_models(const Service& service, const std::string& owner) {
  auto models = service.jobs.models(owner);
  if (has_shipped_painter())
    models.insert(models.begin(), {kShipped, kShipped, "paint from words", "Apache-2.0", "file", 0, true});
  return models;
}

json paint_request(Service& service, PaintWish& wish) {
  if (wish.seed < 0) wish.seed = drawn_seed();
  const bool named = !wish.model.empty();
  if (!named) wish.model = default_painter(service);
  json request = {{"seed", wish.seed}, {"batch", wish.count}};
  if (wish.model == kShipped || wish.model.rfind(kRule, 0) == 0) refuse_more(wish);
  if (wish.model.rfind(kRule, 0) == 0) {
    request["model"] = named ? wish.model : rule_named_in(service, wish.prompt, wish.model);
    set_size(request, wish);
    set_start(request, wish);
    return request;
  }
  request["prompt"] = wish.prompt;
  if (!wish.negative_prompt.empty()) request["negative-prompt"] = wish.negative_prompt;
  if (wish.model == kShipped) {
    fit_side(request, wish, kShippedSide);
    set_start(request, wish);
    return request;
  }
  request["model"] = wish.model;
  set_size(request, wish);
  request.update(wish.more);
  return request;
}

}  // namespace inkstone::server
