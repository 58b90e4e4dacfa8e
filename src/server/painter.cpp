#include "server/painter.hpp"

#include <algorithm>
#include <random>

#include "core/text.hpp"
#include "inkstone/jobs.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

// The painter that comes with the program. One line to change: its id ("": whom paint takes for words), and the side of its pictures where it has
// but one, 0 otherwise.
struct ShippedPainter {
  const char* id;
  int side;
};
constexpr ShippedPainter kShipped = {"procedural/mountains", 0};

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

// Who wants a picture painted over is told by the painter where it cannot.
void set_start(json& request, const PaintWish& wish) {
  for (const char* key : {"init-img", "mask"})
    if (wish.more.contains(key)) request[key] = wish.more[key];
}

}  // namespace

std::string default_painter(const Service& service) {
  return service.settings.model.empty() ? kShipped.id : service.settings.model;
}

json paint_request(Service& service, PaintWish& wish) {
  if (wish.seed < 0) wish.seed = drawn_seed();
  const bool named = !wish.model.empty();
  if (!named) wish.model = default_painter(service);
  json request = {{"seed", wish.seed}, {"batch", wish.count}};
  if (wish.model.rfind(kRule, 0) == 0) {
    request["model"] = named ? wish.model : rule_named_in(service, wish.prompt, wish.model);
    set_size(request, wish);
    set_start(request, wish);
    return request;
  }
  const bool shipped = wish.model == kShipped.id;
  if (!wish.model.empty()) request["model"] = wish.model;
  request["prompt"] = wish.prompt;
  if (!wish.negative_prompt.empty()) request["negative-prompt"] = wish.negative_prompt;
  if (shipped && kShipped.side > 0) {
    fit_side(request, wish, kShipped.side);
    set_start(request, wish);
    return request;
  }
  set_size(request, wish);
  request.update(wish.more);
  return request;
}

}  // namespace inkstone::server
