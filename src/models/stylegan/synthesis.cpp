#include "models/stylegan/synthesis.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::stylegan {
namespace {

const double kHalfPower = std::sqrt(0.5);  // of two branches that are summed

}  // namespace

Grain no_grain() {
  return [](int64_t, int64_t) { return at::Tensor(); };
}

StyledConvolutionImpl::StyledConvolutionImpl(const Config& config, int64_t in, int64_t level, bool up)
    : affine(LinearOptions{config.style, in, false, 1, 1}), up_(up), clamp_(config.clamp), filter_(config.filter()) {
  const int64_t out = config.features_at(level);
  register_module("affine", affine);
  weight = register_parameter("weight", torch::randn({out, in, 3, 3}));
  noise_const = register_buffer("noise_const", torch::randn({config.height_at(level), config.width_at(level)}));
  noise_strength = register_parameter("noise_strength", torch::zeros({}));
  bias = register_parameter("bias", torch::zeros({out}));
}

at::Tensor StyledConvolutionImpl::noise(const SynthesisCall& call) const {
  const auto drawn = call.grain ? call.grain(noise_const.size(0), noise_const.size(1)) : noise_const;
  return drawn.defined() ? drawn * noise_strength : drawn;
}

at::Tensor StyledConvolutionImpl::forward(const at::Tensor& x, const at::Tensor& w, const SynthesisCall& call, double gain) {
  const double scale = kRectifierGain * gain;  // through the rectifier: max(v, 0.2 v) lets a factor through
  auto y = modulated_convolution(x, weight, affine->forward(w), {up_, true, call.fused, scale, filter_});
  if (const auto grain = noise(call); grain.defined()) y = y + nn::in_run_dtype(grain * scale);
  y = y + nn::in_run_dtype((bias * scale).view({1, -1, 1, 1}));
  return clamped(at::leaky_relu(y, kSlope), clamp_ * gain);
}

ToPictureImpl::ToPictureImpl(const Config& config, int64_t in)
    : affine(LinearOptions{config.style, in, false, 1, 1}), clamp_(config.clamp) {
  register_module("affine", affine);
  weight = register_parameter("weight", torch::randn({config.channels, in, 1, 1}));
  bias = register_parameter("bias", torch::zeros({config.channels}));
}

at::Tensor ToPictureImpl::forward(const at::Tensor& x, const at::Tensor& w, const SynthesisCall& call) {
  const auto styles = affine->forward(w) / std::sqrt(double(weight.size(1)));
  const auto y = modulated_convolution(x, weight, styles, {false, false, call.fused});
  return clamped(y.to(at::kFloat) + bias.view({1, -1, 1, 1}), clamp_);
}

SynthesisBlockImpl::SynthesisBlockImpl(const Config& config, int64_t level)
    : architecture_(config.generator), filter_(config.filter()) {
  const int64_t out = config.features_at(level), in = level > 0 ? config.features_at(level - 1) : 0;
  if (level == 0)
    const_ = register_parameter("const", torch::randn({out, config.height_at(0), config.width_at(0)}));
  else
    conv0_ = register_module("conv0", StyledConvolution(config, in, level, true));
  conv1_ = register_module("conv1", StyledConvolution(config, out, level, false));
  if (level == config.levels() || architecture_ == Architecture::skip) torgb_ = register_module("torgb", ToPicture(config, out));
  if (level == 0 || architecture_ != Architecture::residual) return;
  skip_ = register_module("skip", EqualConvolution(ConvolutionOptions{in, out, 1, Resize::up, false, false, 0, true, filter_}));
}

at::Tensor SynthesisBlockImpl::features(const at::Tensor& x, const std::vector<at::Tensor>& styles, const SynthesisCall& call) {
  if (conv0_.is_empty()) {
    const int64_t pictures = styles[0].size(0);
    const auto base = const_.unsqueeze(0).expand({pictures, -1, -1, -1}).contiguous(at::MemoryFormat::ChannelsLast);
    return conv1_->forward(base, styles[0], call);
  }
  if (skip_.is_empty()) return conv1_->forward(conv0_->forward(x, styles[0], call), styles[1], call);
  const auto shortcut = skip_->forward(x, kHalfPower);
  return shortcut + conv1_->forward(conv0_->forward(x, styles[0], call), styles[1], call, kHalfPower);
}

SynthesisBlockImpl::State SynthesisBlockImpl::forward(State state, const std::vector<at::Tensor>& styles,
                                                      const SynthesisCall& call) {
  state.features = features(state.features, styles, call);
  if (state.picture.defined()) state.picture = nn::upsampled(state.picture, filter_);
  if (torgb_.is_empty()) return state;
  const auto own = torgb_->forward(state.features, styles.at(std::size_t(convolutions())), call).contiguous();
  state.picture = state.picture.defined() ? state.picture + own : own;
  return state;
}

SynthesisImpl::SynthesisImpl(const Config& config) {
  for (int64_t level = 0; level <= config.levels(); ++level)
    blocks_.push_back(register_module(block_name(level), SynthesisBlock(config, level)));
}

at::Tensor SynthesisImpl::forward(const at::Tensor& ws, const SynthesisCall& call) {
  const auto styles = ws.unbind(1);
  SynthesisBlockImpl::State state;
  std::size_t next = 0;
  for (auto& block : blocks_) {
    const auto own = std::size_t(block->convolutions());
    // the picture's style is that of the next block's first convolution
    state = block->forward(std::move(state),
                           {styles.begin() + std::ptrdiff_t(next), styles.begin() + std::ptrdiff_t(next + own + 1)}, call);
    next += own;
  }
  return state.picture;
}

}  // namespace inkstone::stylegan
