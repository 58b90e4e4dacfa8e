#include "studio/upscale_task.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/memory.hpp"
#include "image/resize.hpp"
#include "studio/fine_picture.hpp"
#include "studio/picture_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

constexpr int64_t kUpscaleMemory = int64_t(1) << 30;
constexpr double kBytesPerPixel = 30;  // of a result: as tensor, as picture, and what writing it takes
constexpr int kLongestSide = 65535;    // what a JPEG can hold

[[noreturn]] void refuse_size(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what);
}

// The result's size; the network's own where nothing was asked for.
Size wanted_size(const UpscaleRequest& request, Size source, int64_t network_scale) {
  const int asked = (request.scale > 0) + (request.width > 0 || request.height > 0) + (request.size > 0);
  if (asked > 1) refuse_size("--scale, --size, and --width or --height each say how large the result is; give one of them");
  const auto times = [&](double factor) {
    const auto side = [&](int length) { return int(std::clamp<double>(std::round(length * factor), 1, 1e9)); };
    return Size{side(source.width), side(source.height)};
  };
  if (request.width > 0 && request.height > 0) return {request.width, request.height};
  if (request.width > 0) return {request.width, times(double(request.width) / source.width).height};
  if (request.height > 0) return {times(double(request.height) / source.height).width, request.height};
  if (request.size > 0) return times(double(request.size) / std::max(source.width, source.height));
  return times(request.scale > 0 ? request.scale : double(network_scale));
}

void check_result(Size size) {
  if (size.width > kLongestSide || size.height > kLongestSide)
    refuse_size(
        fmt::format("the result would be {}x{}; at most {} pixels a side can be made, so choose a smaller --scale or --size",
                    size.width, size.height, kLongestSide));
  const double need = double(size.width) * size.height * kBytesPerPixel + double(kUpscaleMemory),
               room = double(available_memory());
  if (need > room)
    throw Error(
        ErrorCategory::out_of_memory,
        fmt::format("a result of {}x{} needs about {:.1f} GiB of memory and {:.1f} are free; choose a smaller --scale or --size",
                    size.width, size.height, need / (1 << 30), room / (1 << 30)));
}

// How often the network has to go over the picture.
int passes_for(Size source, Size wanted, int64_t network_scale) {
  const double factor = std::max(double(wanted.width) / source.width, double(wanted.height) / source.height);
  int passes = 0;
  for (double reached = 1; reached < factor * (1 - 1e-6); reached *= double(network_scale)) ++passes;
  return passes;
}

at::Tensor enlarged_alpha(const at::Tensor& alpha, int64_t scale) {
  if (!alpha.defined()) return alpha;
  return resize(alpha, alpha.size(2) * scale, alpha.size(3) * scale).clamp(0, 1);
}

std::string upscale_parameters(const LoadedPictureNetwork& loaded, const Painting& painting, Size source) {
  const auto sha256 = loaded.record.value("sha256", "");
  return fmt::format("Steps: {}, Sampler: upscale, Size: {}x{}, Source size: {}x{}, {}Model: {}, Version: inkstone {}",
                     painting.steps, painting.picture.width, painting.picture.height, source.width, source.height,
                     sha256.empty() ? "" : fmt::format("Model hash: {}, ", sha256.substr(0, 10)), loaded.name, version());
}

}  // namespace

Painting run_upscale(const UpscaleRequest& request, LoadedModels& models, Observer& observer) {
  auto recipe = make_recipe(request);
  const auto kept = kept_picture_network(request.model.empty() ? ModelRef{"super-resolution-x2"} : request.model, request.type,
                                         NetworkTask::upscale, models);
  const auto& loaded = *kept;
  recipe["model"] = loaded.record;
  recipe["request"]["model"] = loaded.name;
  const int64_t scale = loaded.network->geometry().scale;
  auto picture = load_fine(request.picture.value);
  const int bits = output_bits(request.bits, picture);
  const Size source{int(picture.width()), int(picture.height())}, wanted = wanted_size(request, source, scale);
  check_result(wanted);

  const int passes = passes_for(source, wanted, scale);
  const transform::TileOptions options{.tile = request.tile_size, .memory = kUpscaleMemory, .tta = request.tta};
  for (int pass = 0; pass < passes; ++pass) {
    picture.rgb = transform::run(*loaded.network, picture.rgb, options, observer);
    picture.alpha = enlarged_alpha(picture.alpha, scale);
  }
  Painting painting;
  painting.picture = to_picture(resized(std::move(picture), wanted.height, wanted.width));
  if (!request.post.empty()) painting.picture = run_chain(painting.picture, request.post, request.seed, observer);
  painting.bits = bits;
  painting.steps = passes;
  painting.parameters = upscale_parameters(loaded, painting, source);
  painting.recipe = recipe.dump();
  return painting;
}

}  // namespace inkstone::studio
