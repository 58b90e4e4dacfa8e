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
NeuralStyleResult polished(const at::Tensor& painting, const StylizeRequest& request, const FeatureNetwork& features,
                           Observer& observer) {
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

std::string parameters_of(const StylizeRequest& request, const LoadedPictureNetwork& loaded, const Painting& painting) {
  const std::string hash = loaded.record.at("sha256");
  return fmt::format("Steps: {}, Sampler: {}, Seed: {}, Size: {}x{}, Model hash: {}, Model: {}, Version: inkstone {}",
                     std::max<std::int64_t>(1, painting.steps), request.refine > 0 ? "L-BFGS" : "feed-forward", request.seed,
                     painting.picture.width, painting.picture.height, hash.substr(0, 10), loaded.name, version());
}

}  // namespace

void set_network_dials(StylizeRequest& request, const std::set<std::string>& given) {
  if (!given.contains("style-strength")) request.style_strength = 1;
  if (!given.contains("content-retention")) request.content_retention = 0;
}

Painting run_restyle(const StylizeRequest& request, LoadedModels& models, Observer& observer) {
  auto recipe = make_recipe(request);
  const Image whole = decode_at(request.content.value, request.size);
  const auto photograph = to_tensor(on_white(whole));
  Restyler restyler(request, models, whole.width, whole.height);
  recipe["model"] = restyler.loaded().record;
  recipe["request"]["model"] = restyler.loaded().name;
  NeuralStyleResult result;
  result.picture = restyler.paint(photograph, observer);
  if (request.refine > 0) result = polished(result.picture, request, FeatureNetworks(models).get({})->network, observer);
  recipe["steps"] = result.steps;
  recipe["stopped"] = result.stopped;

  Painting painting;
  painting.picture = to_image(result.picture);
  if (request.refine > 0 && request.original_colors) painting.picture = with_chroma_of(painting.picture, on_white(whole));
  if (whole.channels == 4) painting.picture = with_alpha(painting.picture, alpha_of(whole));
  if (!request.post.empty() && !result.stopped)
    painting.picture = run_chain(painting.picture, request.post, request.seed, observer);
  painting.stopped = result.stopped;
  painting.steps = result.steps;
  painting.parameters = parameters_of(request, restyler.loaded(), painting);
  painting.recipe = recipe.dump();
  return painting;
}

}  // namespace inkstone::studio
