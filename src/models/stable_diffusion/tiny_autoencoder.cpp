#include "models/stable_diffusion/tiny_autoencoder.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/resampling.hpp"

namespace inkstone::sd {
namespace {

constexpr int64_t kPoolGroups = 4, kPoolWidening = 4;
constexpr double kLatentBound = 3;

TinyLayers tiny_encoder(const TinyAutoencoderConfig& config) {
  TinyLayers layers;
  for (std::size_t level = 0; level < config.encoder_channels.size(); ++level) {
    const int64_t width = config.encoder_channels[level];
    if (level == 0)
      layers->add_convolution(config.in_channels, width, 1, true);
    else
      layers->add_convolution(width, width, 2, false);
    const bool pooled = config.pooled && level + 1 == config.encoder_channels.size();
    for (int64_t block = 0; block < config.encoder_blocks[level]; ++block) layers->add_block(width, pooled);
  }
  layers->add_convolution(config.encoder_channels.back(), config.latent_channels, 1, true);
  layers->finish();
  return layers;
}

TinyLayers tiny_decoder(const TinyAutoencoderConfig& config) {
  TinyLayers layers;
  layers->add_convolution(config.latent_channels, config.decoder_channels.front(), 1, true);
  layers->add_rectifier();
  for (std::size_t level = 0; level < config.decoder_channels.size(); ++level) {
    const int64_t width = config.decoder_channels[level];
    const bool last = level + 1 == config.decoder_channels.size();
    for (int64_t block = 0; block < config.decoder_blocks[level]; ++block) layers->add_block(width, config.pooled && level == 0);
    if (!last) layers->add_doubling();
    layers->add_convolution(width, last ? config.out_channels : width, 1, last);
  }
  layers->finish();
  return layers;
}

}  // namespace

TinyBlockImpl::TinyBlockImpl(int64_t channels, bool pooled)
    : conv0(channels, channels), conv2(channels, channels), conv4(channels, channels) {
  torch::nn::ModuleDict conv, branch;
  conv->update({{"0", conv0.ptr()}, {"2", conv2.ptr()}, {"4", conv4.ptr()}});
  register_module("conv", conv);
  if (!pooled) return;
  pool0 = nn::FrozenConv2d(channels, kPoolWidening * channels, 1, 1, 0, false);
  pool1 = nn::FrozenGroupNorm(kPoolGroups, kPoolWidening * channels);
  pool3 = nn::FrozenConv2d(kPoolWidening * channels, channels, 1, 1, 0, false);
  branch->update({{"0", pool0.ptr()}, {"1", pool1.ptr()}, {"3", pool3.ptr()}});
  register_module("pool", branch);
}

at::Tensor TinyBlockImpl::pool(const at::Tensor& x) {
  return pool0 ? x + pool3(at::relu(pool1(pool0(x)))) : x;
}

at::Tensor TinyBlockImpl::forward(const at::Tensor& x) {
  const auto y = pool(x);
  return at::relu(conv4(at::relu(conv2(at::relu(conv0(y))))) + y);
}

void TinyLayersImpl::add_convolution(int64_t in, int64_t out, int64_t stride, bool bias) {
  steps_.push_back({Step::convolve, nn::FrozenConv2d(in, out, 3, stride, 1, bias).ptr()});
}

void TinyLayersImpl::add_block(int64_t channels, bool pooled) {
  steps_.push_back({Step::block, TinyBlock(channels, pooled).ptr()});
}

void TinyLayersImpl::finish() {
  torch::nn::ModuleDict layers;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (steps_[i].second) layers->update({{std::to_string(i), steps_[i].second}});
  register_module("layers", layers);
}

at::Tensor TinyLayersImpl::forward(at::Tensor x) {
  for (const auto& [step, layer] : steps_) {
    if (step == Step::convolve)
      x = layer->as<nn::FrozenConv2dImpl>()->forward(x);
    else if (step == Step::block)
      x = layer->as<TinyBlockImpl>()->forward(x);
    else
      x = step == Step::rectify ? at::relu(x) : nn::doubled(x);
  }
  return x;
}

TinyAutoencoderImpl::TinyAutoencoderImpl(const TinyAutoencoderConfig& config)
    : config_(config), encoder(tiny_encoder(config)), decoder(tiny_decoder(config)) {
  register_module("encoder", encoder);
  register_module("decoder", decoder);
  eval();
}

at::Tensor TinyAutoencoderImpl::encode(const at::Tensor& pictures) {
  const int64_t unit = config_.downscale();
  if (pictures.dim() != 4 || pictures.size(1) != config_.in_channels || pictures.size(2) % unit != 0 ||
      pictures.size(3) % unit != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the tiny autoencoder takes pictures of {} channels with sides that are multiples of {}",
                            config_.in_channels, unit));
  const at::NoGradGuard constant;
  return encoder((pictures / 2 + 0.5).contiguous(at::MemoryFormat::ChannelsLast));
}

at::Tensor TinyAutoencoderImpl::decode(const at::Tensor& latents) {
  if (latents.dim() != 4 || latents.size(1) != config_.latent_channels)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the tiny autoencoder takes latents of {} channels", config_.latent_channels));
  const at::NoGradGuard constant;
  const auto bounded = at::tanh(latents / kLatentBound) * kLatentBound;
  return decoder(bounded.contiguous(at::MemoryFormat::ChannelsLast)) * 2 - 1;
}

}  // namespace inkstone::sd
