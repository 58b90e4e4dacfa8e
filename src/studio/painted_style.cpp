#include "studio/painted_style.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dream/neural_style.hpp"
#include "image/decode.hpp"
#include "studio/feature_networks.hpp"
#include "studio/picture_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/restyle_task.hpp"
#include "studio/restyler.hpp"

namespace inkstone::studio {
namespace {

constexpr int kLeastStyled = 32;  // that the search takes

void refuse(bool wrong, const std::string& what) {
  if (wrong) throw Error(ErrorCategory::bad_argument, what);
}

// What `inkstone stylize` would be asked for a picture of this longer side.
StylizeRequest wish_of(const PaintRequest& request, int side, std::int64_t seed) {
  StylizeRequest wish;
  wish.style = request.style;
  wish.model = request.style_model;
  wish.size = side;
  wish.seed = seed;
  if (request.precision != "q8_0") wish.type = request.precision;
  std::set<std::string> given;
  if (request.style_strength >= 0) {
    wish.style_strength = request.style_strength;
    given.insert("style-strength");
  }
  apply_preset(wish, given);
  if (is_picture_network(wish.model)) set_network_dials(wish, given);
  return wish;
}

PaintedOver over_picture(const Image& picture, const PaintRequest& request, std::int64_t seed, LoadedModels& models,
                         Observer& observer) {
  refuse(std::min(picture.width, picture.height) < kLeastStyled,
         fmt::format("a style wants at least {} pixels a side, and {}x{} were painted; paint larger, or add --scale {}",
                     kLeastStyled, picture.width, picture.height,
                     (kLeastStyled - 1) / std::max(1, std::min(picture.width, picture.height)) + 1));
  const auto wish = wish_of(request, std::max(picture.width, picture.height), seed);
  if (is_picture_network(wish.model)) return restyle(wish, picture, models, observer);
  return search_style(wish, picture, *FeatureNetworks(models).get(wish.model), observer);
}

// Gives the network's record.
nlohmann::json paint_over(Painting& painting, const PaintRequest& request, std::int64_t seed, LoadedModels& models,
                          Observer& observer) {
  auto [over, model] = over_picture(painting.picture, request, seed, models, observer);
  painting.picture = std::move(over.picture);
  painting.stopped = over.stopped;
  painting.generated = true;
  if (!request.post.empty() && !over.stopped) painting.picture = run_chain(painting.picture, request.post, seed, observer);
  painting.parameters += fmt::format(", Style model: {}", model.at("name").get<std::string>());
  return std::move(model);
}

}  // namespace

void check_style(const PaintRequest& request, LoadedModels& models) {
  refuse(request.style.empty() && request.style_model.empty(),
         "--style-strength goes with --style PAINTING or --style-model NETWORK");
  for (const auto& style : request.style) {
    refuse(style.empty(), "--style must name a picture");
    probe_image(style.value);
  }
  refuse(
      !request.xyz.empty() || request.direction_sheet > 0 || !request.mix_rows.empty(),
      "a style would paint over the words beside the pictures of a sheet; leave --xyz, --direction-sheet and --mix-rows out, or "
      "--style and --style-model");
  const auto wish = wish_of(request, 512, 0);
  if (is_picture_network(wish.model)) {
    Restyler(wish, models, wish.size, wish.size);
    return;
  }
  const auto network = FeatureNetworks(models).get(wish.model);
  refuse(
      request.style.empty(),
      fmt::format("{} paints nothing by itself; name the painting that is searched towards with --style", network->network.name));
}

std::vector<Painting> in_style(std::vector<Painting> paintings, const PaintRequest& request, LoadedModels& models,
                               Observer& observer) {
  for (auto& painting : paintings) {
    auto recipe = nlohmann::json::parse(painting.recipe);
    add_chain(recipe, request.post);
    if (painting.stopped || observer.stop_requested())
      painting.stopped = true;
    else
      recipe["style-model"] = paint_over(painting, request, recipe.at("seeds").at(0), models, observer);
    painting.recipe = recipe.dump();
  }
  return paintings;
}

}  // namespace inkstone::studio
