#include "studio/restyle_task.hpp"

#include <algorithm>

#include <ATen/core/Tensor.h>
#include <fmt/format.h>

#include "dream/neural_style.hpp"
#include "studio/feature_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/restyler.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

// --refine: a few steps of the search, from what the network painted.
NeuralStyleResult polished(const at::Tensor& painting, const Image& photograph, const StylizeRequest& request,
                           const FeatureNetwork& features, Observer& observer) {
  auto search = request;
  search.iterations = request.refine;
  search.pyramid = 1;
  search.style_strength = request.style_strength / 2;  // the dials of a network start at 1 and 0, those of a search in the middle
  search.content_retention = (1 + request.content_retention) / 2;
  auto sources = style_sources(search, photograph);
  sources.tensors.init = painting;
  return neural_style(features, sources.tensors, search, observer);
}

std::string parameters_of(const StylizeRequest& request, const nlohmann::json& model, const Painting& painting) {
  const std::string hash = model.at("sha256"), name = model.at("name");
  return fmt::format("Steps: {}, Sampler: {}, Seed: {}, Size: {}x{}, Model hash: {}, Model: {}, Version: inkstone {}",
                     std::max<std::int64_t>(1, painting.steps), request.refine > 0 ? optimizer_name(request) : "feed-forward",
                     request.seed, painting.picture.width, painting.picture.height, hash.substr(0, 10), name, version());
}

}  // namespace

void set_network_dials(StylizeRequest& request, const std::set<std::string>& given) {
  if (!given.contains("style-strength")) request.style_strength = 1;
  if (!given.contains("content-retention")) request.content_retention = 0;
}

PaintedOver restyle(const StylizeRequest& request, const Image& picture, LoadedModels& models, Observer& observer) {
  const Image photograph = on_white(picture);
  Restyler restyler(request, models, picture.width, picture.height);
  NeuralStyleResult result;
  result.picture = restyler.paint(to_tensor(photograph), observer);
  if (request.refine > 0)
    result = polished(result.picture, photograph, request, FeatureNetworks(models).get({})->network, observer);
  PaintedOver over;
  over.model = restyler.loaded().record;
  auto& painting = over.painting;
  painting.picture = to_image(result.picture);
  if (request.refine > 0 && request.original_colors) painting.picture = with_chroma_of(painting.picture, photograph);
  if (picture.channels == 4) painting.picture = with_alpha(painting.picture, alpha_of(picture));
  painting.stopped = result.stopped;
  painting.steps = result.steps;
  return over;
}

Painting run_restyle(const StylizeRequest& request, LoadedModels& models, Observer& observer) {
  auto recipe = make_recipe(request);
  auto [painting, model] = restyle(request, decode_at(request.content.value, request.size), models, observer);
  recipe["model"] = model;
  recipe["request"]["model"] = model["name"];
  recipe["steps"] = painting.steps;
  recipe["stopped"] = painting.stopped;
  if (!request.post.empty() && !painting.stopped)
    painting.picture = run_chain(painting.picture, request.post, request.seed, observer);
  painting.parameters = parameters_of(request, model, painting);
  painting.recipe = recipe.dump();
  return painting;
}

}  // namespace inkstone::studio
