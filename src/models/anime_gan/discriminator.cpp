#include "models/anime_gan/discriminator.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "nn/initialise.hpp"

namespace inkstone {
namespace {

constexpr double kJudgeSlope = 0.2, kJudgeEps = 1e-5;

nn::Convolution judging(int64_t in, int64_t out, int64_t stride, bool spectral) {
  nn::ConvolutionOptions o;
  o.in = in, o.out = out, o.kernel = {3, 3}, o.stride = stride, o.padding = 1, o.spectral = spectral;
  nn::Convolution convolution(o);
  nn::initialise_dcgan(*convolution);  // N(0, 0.02), as the published code
  return convolution;
}

}  // namespace

CartoonDiscriminatorImpl::CartoonDiscriminatorImpl(const CartoonDiscriminatorConfig& config) : config_(config) {
  int64_t channels = config.width / 2, in = channels;
  add("conv_0", 3, channels, 1, "");
  for (int64_t i = 1; i <= config.halvings; ++i, channels *= 2) {
    add(fmt::format("conv_s2_{}", i), in, 2 * channels, 2, "");
    add(fmt::format("conv_s1_{}", i), 2 * channels, in = 4 * channels, 1, fmt::format("norm_{}", i));
  }
  add("last_conv", in, 2 * channels, 1, "last_norm");
  logit_ = register_module("D_logit", judging(2 * channels, 1, 1, config.spectral));
}

void CartoonDiscriminatorImpl::add(const std::string& name, int64_t in, int64_t out, int64_t stride, const std::string& norm) {
  Stage stage;
  stage.conv = register_module(name, judging(in, out, stride, config_.spectral));
  if (!norm.empty()) stage.norm = register_module(norm, nn::GroupNorm(out, kJudgeEps, 1));
  stages_.push_back(stage);
}

at::Tensor CartoonDiscriminatorImpl::normed(nn::GroupNorm& norm, const at::Tensor& x) {
  return config_.norm == "layer" ? norm->forward(x) : nn::instance_norm(x, norm->weight, norm->bias, kJudgeEps);
}

at::Tensor CartoonDiscriminatorImpl::forward(const at::Tensor& x) {
  auto y = x;
  for (auto& stage : stages_) {
    y = stage.conv->forward(y);
    if (!stage.norm.is_empty()) y = normed(stage.norm, y);
    y = at::leaky_relu(y, kJudgeSlope);
  }
  return logit_->forward(y).to(at::kFloat);
}

}  // namespace inkstone
