#include "sample/stable_diffusion/latent_codec.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/tiling.hpp"

namespace inkstone::sd {
namespace {

constexpr int64_t kOverlapShare = 4;  // of a tile: a quarter is shared with each neighbour, as in diffusers

Tiling tiling_of(int64_t side) {
  return {side, side / kOverlapShare};
}

// What lies on the other side, so that tiles at the edge know their neighbours; none where the picture does not wrap.
struct Margin {
  int64_t x, y;
};

Margin margin_of(const at::Tensor& latents, int64_t tile, nn::Wrapping wrapping) {
  const auto reach = [&](int64_t length) { return std::min(tile / kOverlapShare, length); };
  return {wrapping.x ? reach(latents.size(3)) : 0, wrapping.y ? reach(latents.size(2)) : 0};
}

at::Tensor with_margin(at::Tensor z, const Margin& margin) {
  if (margin.x > 0) z = at::cat({z.narrow(3, z.size(3) - margin.x, margin.x), z, z.narrow(3, 0, margin.x)}, 3);
  if (margin.y > 0) z = at::cat({z.narrow(2, z.size(2) - margin.y, margin.y), z, z.narrow(2, 0, margin.y)}, 2);
  return z;
}

}  // namespace

LatentCodec::LatentCodec(const Checkpoint& checkpoint, at::ScalarType compute)
    : autoencoder_(build_autoencoder(checkpoint)), compute_(compute) {
  autoencoder_->eval();
}

void LatentCodec::use_tiny(TinyAutoencoder tiny) {
  if (tiny->config().latent_channels != config().latent_channels || tiny->config().downscale() != config().downscale())
    throw Error(
        ErrorCategory::unsupported,
        fmt::format(
            "the tiny autoencoder has latents of {} channels at 1/{}, the model {} at 1/{}; it is of another kind of model",
            tiny->config().latent_channels, tiny->config().downscale(), config().latent_channels, config().downscale()));
  tiny_ = std::move(tiny);
}

at::Tensor LatentCodec::encode(const at::Tensor& pictures, const at::Tensor& noise, const CodecOptions& options) {
  nn::wrap(*autoencoder_, options.tiled ? nn::Wrapping() : options.wrapping);
  const auto whole = [&](const at::Tensor& piece) {
    const auto seen = autoencoder_->encode(piece.to(compute_).contiguous(at::MemoryFormat::ChannelsLast));
    return at::cat({seen.mean, seen.logvar}, 1).to(at::kFloat);
  };
  const auto moments =
      (options.tiled ? over_tiles(pictures, tiling_of(options.tile), {1, config().downscale()}, whole) : whole(pictures))
          .chunk(2, 1);
  return noise.defined() ? moments[0] + (moments[1] / 2).exp() * noise : moments[0];
}

at::Tensor LatentCodec::decode_in(at::ScalarType type, const at::Tensor& z, const CodecOptions& options) {
  const auto whole = [&](const at::Tensor& piece) {
    return autoencoder_->decode(piece.to(type).contiguous(at::MemoryFormat::ChannelsLast)).to(at::kFloat);
  };
  nn::wrap(*autoencoder_, options.tiled ? nn::Wrapping() : options.wrapping);
  if (!options.tiled) return whole(z);
  const int64_t down = config().downscale(), tile = std::max<int64_t>(8, options.tile / down);
  const auto margin = margin_of(z, tile, options.wrapping);
  const auto pictures = over_tiles(with_margin(z, margin), tiling_of(tile), {down, 1}, whole);
  return pictures.narrow(2, margin.y * down, z.size(2) * down).narrow(3, margin.x * down, z.size(3) * down);
}

at::Tensor LatentCodec::decode(const at::Tensor& latents, const CodecOptions& options, Observer& observer) {
  if (options.tiny && tiny_) {
    nn::wrap(*tiny_, options.wrapping);
    return quick(latents);
  }
  const auto z = autoencoder_->unscaled(latents);
  auto pictures = decode_in(compute_, z, options);
  if (compute_ != at::kFloat && !pictures.isfinite().all().item<bool>()) {
    if (!std::exchange(said_overflow_, true))
      observer.on_message("the decoder overflowed in reduced precision; decoding in float32");
    pictures = decode_in(at::kFloat, z, options);
  }
  return pictures.clamp(-1, 1);
}

at::Tensor LatentCodec::quick(const at::Tensor& latents) {
  if (!tiny_) throw Error(ErrorCategory::bad_argument, "there is no tiny autoencoder to decode with; give one with --taesd");
  return tiny_->decode(latents.to(compute_).contiguous(at::MemoryFormat::ChannelsLast)).to(at::kFloat).clamp(-1, 1);
}

}  // namespace inkstone::sd
