#include "studio/diffusion_task.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "catalogue/sha256.hpp"
#include "core/options.hpp"
#include "core/text.hpp"
#include "image/decode.hpp"
#include "image/resize.hpp"
#include "kernels/convolution.hpp"
#include "models/stable_diffusion/part_files.hpp"
#include "sample/stable_diffusion/painter.hpp"
#include "studio/recipe.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "train/watch/grid.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kUNetFolder = "unet";

at::ScalarType arithmetic(const PaintRequest& request) {
  const bool bfloat16 = request.precision == "bf16" || (request.precision == "auto" && kernels::has_fast_bfloat16());
  return bfloat16 ? at::kBFloat16 : at::kFloat;
}

int64_t to_multiple(double length, int64_t of) {
  return std::max<int64_t>(of * 8, int64_t(std::lround(length / double(of))) * of);
}

// The size asked for; else that of the picture to start from, as large as the model paints; else the model's.
sd::PictureExtent extent_of(const PaintRequest& request, const sd::Painter& painter, const Image& init) {
  const auto native = painter.native_extent();
  const int64_t multiple = painter.checkpoint().autoencoder_config.downscale();
  sd::PictureExtent extent = native;
  if (init.width > 0) {
    const double scale = std::min(1.0, std::sqrt(double(native.width * native.height) / (double(init.width) * init.height)));
    extent = {to_multiple(init.width * scale, multiple), to_multiple(init.height * scale, multiple)};
  }
  if (request.width > 0) extent.width = request.width;
  if (request.height > 0) extent.height = request.height;
  return extent;
}

Image resized(const Image& picture, const sd::PictureExtent& extent) {
  if (picture.width == extent.width && picture.height == extent.height) return picture;
  return resize(picture, int(extent.width), int(extent.height));
}

// Gaussian of this deviation in pixels, edges repeated.
at::Tensor blurred(const at::Tensor& mask, double deviation) {
  const int64_t reach = int64_t(std::ceil(3 * deviation));
  const auto weights = (-at::arange(-reach, reach + 1, at::kFloat).square() / (2 * deviation * deviation)).exp();
  const auto row = (weights / weights.sum()).view({1, 1, 1, -1});
  const auto padded = at::replication_pad2d(mask, {reach, reach, reach, reach});
  return at::conv2d(at::conv2d(padded, row), row.transpose(2, 3));
}

at::Tensor mask_of(const PaintRequest& request, const sd::PictureExtent& extent) {
  if (request.mask.empty()) return {};
  if (request.init.empty())
    throw Error(ErrorCategory::bad_argument, "--mask says what to paint anew in a picture; give the picture with --init-img");
  const auto mask = to_tensor(resized(decode_image(request.mask.value), extent)).mean({1}, true);
  return request.mask_blur > 0 ? blurred(mask, request.mask_blur / 2.0) : mask;
}

sd::Brief brief_of(const PaintRequest& request, const sd::Painter& painter) {
  sd::Brief brief;
  brief.prompt = request.prompt;
  brief.negative_prompt = request.negative_prompt;
  const Image init = request.init.empty() ? Image() : decode_image(request.init.value);
  brief.extent = extent_of(request, painter, init);
  if (init.width > 0) brief.picture = to_tensor(resized(init, brief.extent)) * 2 - 1;
  brief.mask = mask_of(request, brief.extent);
  brief.strength = request.strength;
  for (int k = 0; k < request.batch; ++k) brief.seeds.push_back(uint64_t(request.seed) + uint64_t(k));
  if (request.steps > 0) brief.steps = request.steps;
  brief.solver = request.sampler;
  brief.schedule = request.scheduler;
  brief.guidance = request.guidance > 0 ? request.guidance : painter.native_guidance();
  brief.guidance_rescale = request.guidance_rescale;
  if (request.eta > 0) brief.eta = request.eta;
  brief.text.skip = std::max(0, request.clip_skip - 1);
  brief.variation_seed = uint64_t(request.variation_seed);
  brief.variation_strength = request.variation_strength;
  return brief;
}

// The lines that web UIs write and read.
std::string parameters_of(const PaintRequest& request, const sd::Brief& brief, const sd::BriefResult& result, std::size_t k,
                          const std::string& hash) {
  std::string text = request.prompt + "\n";
  if (!request.negative_prompt.empty()) text += fmt::format("Negative prompt: {}\n", request.negative_prompt);
  text +=
      fmt::format("Steps: {}, Sampler: {}, Schedule type: {}, CFG scale: {:g}, Seed: {}, Size: {}x{}, Model hash: {}, Model: {}",
                  brief.steps, result.solver, result.schedule, brief.guidance, brief.seeds[k], brief.extent.width,
                  brief.extent.height, hash.substr(0, 10), fs::path(request.model.value).stem().string());
  if (brief.picture.defined()) text += fmt::format(", Denoising strength: {:g}", brief.strength);
  if (brief.variation_strength > 0)
    text += fmt::format(", Variation seed: {}, Variation seed strength: {:g}", brief.variation_seed, brief.variation_strength);
  if (request.clip_skip > 1) text += fmt::format(", Clip skip: {}", request.clip_skip);
  return text + fmt::format(", Version: inkstone {}", version());
}

Painting painting_of(const PaintRequest& request, const sd::Brief& brief, const sd::BriefResult& result, std::size_t k,
                     const std::string& hash, Observer& observer) {
  auto own = request;
  own.seed = int64_t(brief.seeds[k]);
  if (!request.grid) own.batch = 1;
  auto recipe = make_recipe(own);
  recipe["model"] = {{"name", fs::path(request.model.value).stem().string()},
                     {"file", stable_diffusion_file(request.model.value).filename().string()},
                     {"sha256", hash}};
  if (fs::is_directory(request.model.value)) recipe["model"]["folder"] = true;  // the file is its U-Net's
  Painting painting;
  painting.picture = to_image((result.pictures[int64_t(k)] + 1) / 2);
  if (!request.post.empty() && !result.stopped) painting.picture = run_chain(painting.picture, request.post, own.seed, observer);
  painting.parameters = parameters_of(request, brief, result, k, hash);
  painting.recipe = recipe.dump();
  painting.steps = brief.steps;
  painting.stopped = result.stopped;
  return painting;
}

// All pictures as one, in place of them.
sd::BriefResult with_grid(const sd::BriefResult& result, int columns) {
  const int64_t count = result.pictures.size(0), wide = columns > 0 ? columns : int64_t(std::ceil(std::sqrt(double(count))));
  auto joined = result;
  joined.pictures = picture_grid(result.pictures, wide).to(at::kFloat).div(127.5).sub(1).unsqueeze(0);
  return joined;
}

}  // namespace

void refuse_foreign(const PaintRequest& request, const std::vector<std::string>& options, const char* model) {
  const auto given = changed_options(request);
  for (const auto& option : options)
    if (given.contains(option))
      throw Error(ErrorCategory::bad_argument, fmt::format("--{} has no meaning for {}; leave it out", option, model));
}

bool is_stable_diffusion(const fs::path& model) {
  if (fs::is_directory(model)) return fs::exists(model / "model_index.json");
  if (model.filename() == "model_index.json") return true;
  const auto ending = lower_ascii(model.extension().string());
  if (ending == ".ckpt" || ending == ".gguf") return true;
  if (ending != ".safetensors" || !fs::exists(model)) return false;
  const auto tensors = load_weights(model).tensors;
  const auto first = tensors.lower_bound("model.diffusion_model.");
  return first != tensors.end() && first->first.starts_with("model.diffusion_model.");
}

fs::path stable_diffusion_file(const fs::path& model) {
  const auto folder = model.filename() == "model_index.json" ? model.parent_path() : model;
  if (!fs::is_directory(folder)) return model;
  for (const auto& entry : fs::directory_iterator(folder / kUNetFolder))
    if (const auto ending = entry.path().extension(); ending == ".safetensors" || ending == ".bin") return entry.path();
  throw Error(ErrorCategory::not_found, fmt::format("{} has no weights of a U-Net", (folder / kUNetFolder).string()));
}

std::vector<Painting> run_diffusion(const PaintRequest& request, Observer& observer) {
  refuse_foreign(request, {"class", "truncation", "interpolate", "scale", "palette"}, "a Stable Diffusion checkpoint");
  auto checkpoint = sd::load_checkpoint(request.model.value);
  if (!request.vae.empty()) sd::use_autoencoder_file(checkpoint, request.vae.value);
  sd::Painter painter(std::move(checkpoint), arithmetic(request));
  const auto brief = brief_of(request, painter);
  const auto result = painter.paint(brief, observer);
  const auto hash = sha256_file(stable_diffusion_file(request.model.value));
  if (request.grid) return {painting_of(request, brief, with_grid(result, request.columns), 0, hash, observer)};
  std::vector<Painting> paintings;
  for (int64_t k = 0; k < result.pictures.size(0); ++k)
    paintings.push_back(painting_of(request, brief, result, std::size_t(k), hash, observer));
  return paintings;
}

}  // namespace inkstone::studio
