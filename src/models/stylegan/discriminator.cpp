#include "models/stylegan/discriminator.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "nn/mixed_precision.hpp"

namespace inkstone::stylegan {
namespace {

const double kSharedPower = std::sqrt(0.5);  // of two branches that are summed
constexpr double kLeastVariance = 1e-8;

}  // namespace

at::Tensor with_deviation(const at::Tensor& x, int64_t group, int64_t features) {
  if (features == 0) return x;
  const int64_t n = x.size(0), height = x.size(2), width = x.size(3);
  int64_t members = std::min(group, n);
  while (n % members != 0) --members;
  const auto grouped = x.reshape({members, -1, features, x.size(1) / features, height, width});
  const auto variance = (grouped - grouped.mean(0)).square().mean(0);
  const auto deviation = (variance + kLeastVariance).sqrt().mean({2, 3, 4}).view({-1, features, 1, 1});
  return at::cat({x, deviation.repeat({members, 1, height, width})}, 1);
}

EqualConvolution DiscriminatorBlockImpl::layer(const char* name, const Config& config, ConvolutionOptions options) {
  options.trains = first_layer_ + layers_++ >= config.frozen_layers;
  options.filter = filter_;
  return register_module(name, EqualConvolution(options));
}

DiscriminatorBlockImpl::DiscriminatorBlockImpl(const Config& config, int64_t level, int64_t first_layer)
    : architecture_(config.discriminator), filter_(config.filter()), first_layer_(first_layer) {
  const int64_t in = config.features_at(level), out = config.features_at(level - 1);
  const double clamp = config.clamp;
  if (level == config.levels() || architecture_ == Architecture::skip)
    fromrgb_ = layer("fromrgb", config, {config.channels, in, 1, Resize::none, true, true, clamp});
  conv0_ = layer("conv0", config, {in, in, 3, Resize::none, true, true, clamp});
  conv1_ = layer("conv1", config, {in, out, 3, Resize::down, true, true, clamp});
  if (architecture_ == Architecture::residual) skip_ = layer("skip", config, {in, out, 1, Resize::down, false, false});
}

DiscriminatorBlockImpl::State DiscriminatorBlockImpl::forward(State state) {
  if (!fromrgb_.is_empty()) {
    const auto own = fromrgb_->forward(state.picture.contiguous(at::MemoryFormat::ChannelsLast));
    state.features = state.features.defined() ? state.features + own : own;
    state.picture = architecture_ == Architecture::skip ? nn::downsampled(state.picture, filter_) : at::Tensor();
  }
  if (skip_.is_empty()) {
    state.features = conv1_->forward(conv0_->forward(state.features));
    return state;
  }
  const auto shortcut = skip_->forward(state.features, kSharedPower);
  state.features = shortcut + conv1_->forward(conv0_->forward(state.features), kSharedPower);
  return state;
}

DiscriminatorEndImpl::DiscriminatorEndImpl(const Config& config) : group_(config.group), group_features_(config.group_features) {
  const int64_t features = config.features_at(0), pixels = config.height_at(0) * config.width_at(0);
  if (config.discriminator == Architecture::skip)
    fromrgb_ = register_module("fromrgb", EqualConvolution(ConvolutionOptions{config.channels, features, 1}));
  conv_ = register_module("conv", EqualConvolution(ConvolutionOptions{features + group_features_, features, 3, Resize::none, true,
                                                                      true, config.clamp}));
  fc_ = register_module("fc", EqualLinear(LinearOptions{features * pixels, features, true}));
  out_ = register_module("out", EqualLinear(LinearOptions{features, config.classes > 0 ? features : 1}));
}

at::Tensor DiscriminatorEndImpl::forward(const DiscriminatorBlockImpl::State& state, const at::Tensor& label) {
  const nn::FullPrecision full;
  auto x = state.features.to(at::kFloat);
  if (!fromrgb_.is_empty()) x = x + fromrgb_->forward(state.picture);
  x = conv_->forward(with_deviation(x, group_, group_features_));
  const auto scores = out_->forward(fc_->forward(x.contiguous().flatten(1)));
  if (!label.defined()) return scores.flatten();
  return (scores * label).sum(1) / std::sqrt(double(label.size(1)));
}

Discriminator::Discriminator(const Config& config) {
  int64_t layers = 0;
  for (int64_t level = config.levels(); level > 0; --level) {
    blocks_.push_back(register_module(block_name(level), DiscriminatorBlock(config, level, layers)));
    layers += blocks_.back()->layers();
  }
  if (config.classes > 0)
    mapping_ = register_module("mapping", Mapping(MappingOptions{0, config.classes, config.features_at(0),
                                                                 config.label_mapping_layers, config.mapping_rate, false}));
  end_ = register_module(block_name(0), DiscriminatorEnd(config));
}

at::Tensor Discriminator::forward(const at::Tensor& x, const at::Tensor& labels) {
  DiscriminatorBlockImpl::State state{{}, x};
  for (auto& block : blocks_) state = block->forward(std::move(state));
  return end_->forward(state, mapping_.is_empty() ? at::Tensor() : mapping_->forward({}, labels));
}

}  // namespace inkstone::stylegan
