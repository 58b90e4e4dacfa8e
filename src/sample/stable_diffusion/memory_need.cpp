#include "sample/stable_diffusion/memory_need.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "inkstone/observer.hpp"
#include "kernels/eight_bit.hpp"

namespace inkstone::sd {
namespace {

// Tensors of the widest level that live at once: the input of a block and its normed copy, skips, and the gated layer, which is
// eight times as wide.
constexpr double kNetworkLayers = 24;
// What is doubled in size, its convolution and its norm at full size. Measured on SD 1.5 in bfloat16 at 1024x768: 3.1.
constexpr double kDecoderLayers = 4;
constexpr int64_t kSmallestTile = 128;

uint64_t numbers_of(const StateDict& weights) {
  uint64_t count = 0;
  for (const auto& [name, tensor] : weights.tensors) count += uint64_t(tensor.numel());
  return count;
}

[[noreturn]] void refuse_for_memory(const PictureExtent& extent, uint64_t need, uint64_t left) {
  throw Error(
      ErrorCategory::out_of_memory,
      fmt::format("{}x{} needs about {} of memory to work in beside the model, and {} are left; paint smaller, or fewer at once",
                  extent.width, extent.height, human_bytes(need), human_bytes(left)));
}

}  // namespace

uint64_t weight_bytes(const Checkpoint& checkpoint, at::ScalarType compute, bool eight_bits) {
  const uint64_t size = c10::elementSize(compute), unet = numbers_of(checkpoint.unet);
  uint64_t bytes = numbers_of(checkpoint.autoencoder) * size;
  bytes += eight_bits ? unet + unet * sizeof(float) / kernels::kEightBitBlock : unet * size;
  for (const auto& part : checkpoint.text) bytes += numbers_of(part.weights) * sizeof(float);
  return bytes;
}

uint64_t network_bytes(const UNetConfig& unet, const PictureExtent& extent, int64_t downscale, int64_t rows,
                       at::ScalarType compute) {
  const double places = double(extent.width / downscale) * double(extent.height / downscale);
  return uint64_t(kNetworkLayers * double(rows) * places * double(unet.channels.front()) * double(c10::elementSize(compute)));
}

uint64_t decoder_bytes(const AutoencoderConfig& autoencoder, const PictureExtent& extent, int64_t pictures,
                       at::ScalarType compute) {
  const double pixels = double(extent.width) * double(extent.height);
  const int64_t width = autoencoder.channels[std::min<std::size_t>(1, autoencoder.channels.size() - 1)];
  return uint64_t(kDecoderLayers * double(pictures) * pixels * double(width) * double(c10::elementSize(compute)));
}

void fit_into_memory(uint64_t left, uint64_t network, const AutoencoderConfig& autoencoder, const PictureExtent& extent,
                     int64_t pictures, at::ScalarType compute, CodecOptions& options, Observer& observer) {
  if (network > left) refuse_for_memory(extent, network, left);
  if (options.tiny) return;
  const auto need = [&](const PictureExtent& size) { return decoder_bytes(autoencoder, size, pictures, compute); };
  const auto tile = [&](int64_t side) { return PictureExtent{std::min(side, extent.width), std::min(side, extent.height)}; };
  if (!options.tiled && need(extent) <= left) return;
  const bool asked = options.tiled;
  options.tiled = true;
  while (need(tile(options.tile)) > left && options.tile > kSmallestTile)
    options.tile = std::max(kSmallestTile, options.tile / 2);
  if (need(tile(options.tile)) > left) refuse_for_memory(extent, need(tile(options.tile)), left);
  if (!asked)
    observer.on_message(fmt::format("decoding {}x{} whole would need {} and {} are left; decoding in tiles of {} pixels",
                                    extent.width, extent.height, human_bytes(need(extent)), human_bytes(left), options.tile));
}

std::string human_bytes(uint64_t bytes) {
  const double size = double(bytes);
  return size >= 1e9 ? fmt::format("{:.1f} GB", size / 1e9) : fmt::format("{:.0f} MB", size / 1e6);
}

}  // namespace inkstone::sd
