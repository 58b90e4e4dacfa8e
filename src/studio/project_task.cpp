#include "studio/project_task.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "dream/projection.hpp"
#include "families/stylegan/styles.hpp"
#include "families/words/folder.hpp"
#include "image/decode.hpp"
#include "inkstone/models.hpp"
#include "studio/diffusion/unclip_task.hpp"
#include "studio/diffusion_task.hpp"
#include "studio/paint_task.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_directions.hpp"
#include "studio/style_latents.hpp"
#include "tensor/picture.hpp"
#include "train/watch/grid.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kStartSamples = 10'000;  // as the official projector
constexpr uint64_t kStartSeed = 123;

// The middle of the picture in the shape that is asked for, float32 [1,3,H,W] in [0,1].
at::Tensor middle_of(const fs::path& file, int64_t height, int64_t width) {
  const auto info = probe_image(file);
  const double scale = std::max(double(width) / info.width, double(height) / info.height);
  const auto picture = to_tensor(load_at(file, std::max(1, int(std::ceil(scale * std::max(info.width, info.height))))));
  const int64_t high = std::min(height, picture.size(2)),
                wide = std::min(width, picture.size(3));  // a pixel less where sides were rounded
  const auto middle = picture.narrow(2, (picture.size(2) - high) / 2, high).narrow(3, (picture.size(3) - wide) / 2, wide);
  return resize(middle, height, width).clamp(0, 1);
}

// In [-1,1], in as many channels as the network paints.
at::Tensor as_target(const at::Tensor& rgb, int64_t channels) {
  if (channels == 3) return rgb * 2 - 1;
  const auto luma = at::tensor({0.299f, 0.587f, 0.114f}).view({1, 3, 1, 1});
  return (rgb * luma).sum(1, true) * 2 - 1;
}

bool lpips_is_here() {
  return model_info("vgg16").present && model_info("lpips-vgg").present;
}

PerceptualDistance distance_called(const std::string& name) {
  if (name == "embedded") return perceptual_distance();
  return lpips_distance(load_weights(model_path("vgg16")), load_weights(model_path("lpips-vgg")));
}

void refuse_other_models(const ModelRef& model) {
  if (model.empty())
    throw Error(ErrorCategory::bad_argument, "no network; name a StyleGAN with --model: a run's folder or a model file");
  if (!fs::exists(model.value)) return;  // told with what there could be
  if (is_words_folder(model.value) || paints_embeddings(model.value) || is_stable_diffusion(model.value))
    throw Error(ErrorCategory::unsupported, fmt::format("{} is no StyleGAN, and only a StyleGAN has styles to find a picture in",
                                                        fs::path(model.value).filename().string()));
}

// Beside each other, the target first.
Image side_by_side(const at::Tensor& target, const at::Tensor& painted, int scale) {
  auto both = picture_grid(at::cat({target, painted.clamp(-1, 1)}), 2).to(at::kFloat).div(255).unsqueeze(0);
  if (both.size(1) == 1) both = both.expand({-1, 3, -1, -1});
  return to_image(both.repeat_interleave(scale, 2).repeat_interleave(scale, 3).contiguous());
}

Painting finished_projection(const ProjectRequest& request, const TrainedPainter& painter, const dream::ProjectionResult& found,
                             int64_t styles, Image picture) {
  auto recipe = make_recipe(request);
  recipe["model"] = painter.record;
  recipe["steps"] = found.steps;
  recipe["stopped"] = found.stopped;
  recipe["distances"] = {found.first_distance, found.distance};
  recipe[kKeptStyle] = record_of(KeptStyle{found.w, styles, painter.record.at("sha256").get<std::string>()});
  Painting painting;
  painting.parameters = fmt::format(
      "Steps: {}, Sampler: projection into {}, Seed: {}, Size: {}x{}, Model: {} ({}), Distance: {:.4f} ({}), Version: inkstone "
      "{}",
      found.steps, request.space, request.seed, picture.width, picture.height, painter.description.family, painter.file,
      found.distance, request.distance, version());
  painting.picture = std::move(picture);
  painting.recipe = recipe.dump();
  painting.stopped = found.stopped;
  painting.steps = found.steps;
  return painting;
}

}  // namespace

Painting run_project(const ProjectRequest& asked, LoadedModels& models, Observer& observer) {
  auto request = asked;
  refuse_other_models(request.model);
  const auto painter = trained_painter(request.model, {}, models);
  auto& generator = generator_of_styles(*painter, request.model);
  const auto& config = generator.config();
  if (!request.class_name.empty() && config.classes == 0)
    throw Error(ErrorCategory::bad_argument, "the model was not trained by class, so --class has no meaning for it");
  const auto label = request.class_name.empty() ? -1 : class_number(request.class_name, painter->description.shape.classes);
  if (request.distance == "auto") request.distance = lpips_is_here() ? "lpips" : "embedded";
  const auto distance = distance_called(request.distance);
  const auto target = as_target(middle_of(request.picture.value, config.height, config.width), config.channels);
  const auto spread = stylegan::style_spread(generator, kStartSamples, kStartSeed, label);
  const auto found = dream::project(generator, target, distance, spread,
                                    {request.steps, request.space == "w+", request.rate, uint64_t(request.seed)}, observer);
  const at::NoGradGuard no_gradient;
  const auto painted = generator.synthesise(found.w.expand({1, config.styles(), -1})).to(at::kCPU, at::kFloat);
  observer.on_message(
      fmt::format("distance {:.4f} of the mean style, {:.4f} of the found one", found.first_distance, found.distance));
  return finished_projection(request, *painter, found, config.styles(), side_by_side(target, painted, request.scale));
}

}  // namespace inkstone::studio
