#include "studio/restyle_task.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/resize.hpp"
#include "studio/picture_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "transform/arbitrary_style.hpp"
#include "transform/dials.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

void refuse(bool wrong, const char* what) {
  if (wrong) throw Error(ErrorCategory::bad_argument, what);
}

struct Photograph {
  Image rgb;
  at::Tensor tensor;  // [1,3,H,W]
  at::Tensor alpha;   // [1,1,H,W], undefined where it has none
};

Photograph load_photograph(const StylizeRequest& request) {
  const Image whole = decode_at(request.content.value, request.size);
  Photograph photograph{on_white(whole), {}, {}};
  photograph.tensor = to_tensor(photograph.rgb);
  if (whole.channels == 4) photograph.alpha = alpha_of(whole);
  return photograph;
}

// What --style and its companions mean depends on the network: its second picture, or no more than where --refine goes.
void give_styles(transform::ArbitraryStyle& network, const StylizeRequest& request, const Photograph& photograph) {
  refuse(request.style.empty(), "this network paints in any style; name a painting with --style PAINTING");
  refuse(!request.style_masks.empty() && request.style_masks.size() != request.style.size(), "--style-masks must name one mask per style");
  refuse(!request.style_blend_weights.empty() && request.style_blend_weights.size() != request.style.size(),
         "--style-blend-weights must have one weight per style");
  std::vector<transform::StyleShare> shares;
  const int side = std::max(32, int(std::lround(request.size * request.style_scale)));
  for (std::size_t i = 0; i < request.style.size(); ++i) {
    transform::StyleShare share{to_tensor(load_at(request.style[i].value, side)), 1.0, {}};
    if (!request.style_blend_weights.empty()) share.weight = request.style_blend_weights[i];
    if (!request.style_masks.empty())
      share.mask = to_tensor(resize(load_at(request.style_masks[i].value, 0), photograph.rgb.width, photograph.rgb.height)).mean(1, true);
    shares.push_back(std::move(share));
  }
  network.set_styles(shares, request.style_strength);
}

at::Tensor painted(transform::PictureNetwork& network, const StylizeRequest& request, const Photograph& photograph, Observer& observer) {
  transform::Dials dials{request.style_strength, request.content_retention};
  if (auto* arbitrary = dynamic_cast<transform::ArbitraryStyle*>(&network)) {
    give_styles(*arbitrary, request, photograph);
    if (dials.strength > 0) dials.strength = 1;  // the network's own dial does the rest
  } else {
    refuse(!request.style.empty() && request.refine == 0, "this network knows one style, its own; --style goes with --refine, or with --model microast");
    refuse(!request.style_masks.empty(), "--style-masks needs a network that takes any style: --model microast");
  }
  const auto picture = transform::run(network, photograph.tensor, {.tile = request.tile_size}, observer);
  return transform::with_dials(photograph.tensor, picture, dials);
}

// --refine: a few steps of the search, from what the network painted.
NeuralStyleResult polished(const at::Tensor& painting, const StylizeRequest& request, const FeatureNetwork& features, Observer& observer) {
  refuse(request.style.empty(), "--refine needs the painting that the style is taken from; name it with --style PAINTING");
  auto search = request;
  search.iterations = request.refine;
  search.pyramid = 1;
  search.init = request.content.value;  // any picture's name; the tensor below is what counts
  search.style_strength = search.content_retention = 0.5;
  search.style_masks.clear();
  auto sources = load_style_pictures(search);
  sources.tensors.init = painting;
  return neural_style(features, sources.tensors, search, observer);
}

Image finished(const at::Tensor& picture, const Photograph& photograph, const StylizeRequest& request, bool stopped, Observer& observer) {
  Image painting = to_image(picture);
  if (request.original_colors) painting = with_chroma_of(painting, photograph.rgb);
  if (photograph.alpha.defined()) painting = with_alpha(painting, photograph.alpha.contiguous());
  return request.post.empty() || stopped ? painting : run_chain(painting, request.post, request.seed, observer);
}

}  // namespace

void set_network_dials(StylizeRequest& request, const std::set<std::string>& given) {
  if (!given.contains("style-strength")) request.style_strength = 1;
  if (!given.contains("content-retention")) request.content_retention = 0;
}

Painting run_restyle(const StylizeRequest& request, const std::function<const FeatureNetwork&()>& polisher, Observer& observer) {
  auto recipe = make_recipe(request);
  const auto loaded = open_picture_network(request.model, request.type);
  recipe["model"] = loaded.record;
  recipe["request"]["model"] = loaded.name;
  const auto photograph = load_photograph(request);
  NeuralStyleResult result;
  result.picture = painted(*loaded.network, request, photograph, observer);
  if (request.refine > 0) result = polished(result.picture, request, polisher(), observer);

  Painting painting;
  painting.picture = finished(result.picture, photograph, request, result.stopped, observer);
  painting.stopped = result.stopped;
  painting.steps = result.steps;
  painting.parameters = fmt::format("Steps: {}, Sampler: {}, Seed: {}, Size: {}x{}, Model hash: {}, Model: {}, Version: inkstone {}", std::max<int64_t>(1, result.steps),
                                    request.refine > 0 ? "L-BFGS" : "feed-forward", request.seed, painting.picture.width, painting.picture.height,
                                    loaded.record.at("sha256").get<std::string>().substr(0, 10), loaded.name, version());
  recipe["steps"] = result.steps;
  recipe["stopped"] = result.stopped;
  painting.recipe = recipe.dump();
  return painting;
}

}  // namespace inkstone::studio
