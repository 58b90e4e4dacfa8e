#include "models/fast_style/fast_style.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace inkstone {
namespace {

constexpr double kReach = 150.0 / 255.0;  // of lengstrom's tanh: a little beyond black and white

using nn::Enlarge;
using nn::PictureConvolutionOptions;

std::shared_ptr<torch::nn::Module> child(torch::nn::Module& parent, const std::string& name) {
  return parent.register_module(name, std::make_shared<torch::nn::Module>());
}

}  // namespace

FastStyleImpl::FastStyleImpl(const FastStyleConfig& config) : config_(config) {
  const auto& w = config.widths;
  auto o = common_options();
  const auto with = [&](int64_t in, int64_t out, int64_t kernel, int64_t stride, Enlarge enlarge) {
    o.in = in, o.out = out, o.kernel = kernel, o.stride = stride, o.enlarge = enlarge;
    return o;
  };
  add("conv1", "in1", with(3, w[0], 9, 1, Enlarge::none), *this);
  add("conv2", "in2", with(w[0], w[1], 3, 2, Enlarge::none), *this);
  add("conv3", "in3", with(w[1], w[2], 3, 2, Enlarge::none), *this);
  for (int64_t block = 1; block <= config.blocks; ++block) add_block(block);
  const auto enlarge = config.tensorflow ? Enlarge::transposed : Enlarge::nearest;
  add("deconv1", "in4", with(w[2], w[1], 3, 1, enlarge), *this);
  add("deconv2", "in5", with(w[1], w[0], 3, 1, enlarge), *this);
  auto last = with(w[0], 3, 9, 1, Enlarge::none);
  last.norm = config.norm_last;
  last.relu = false;
  add("deconv3", "in6", last, *this);
}

PictureConvolutionOptions FastStyleImpl::common_options() const {
  PictureConvolutionOptions o;
  o.edge = config_.tensorflow ? kernels::Edge::zero : kernels::Edge::mirror;
  o.tensorflow = config_.tensorflow;
  o.bias = config_.bias;
  o.eps = config_.eps;
  return o;
}

nn::PictureConvolution& FastStyleImpl::add(const std::string& conv, const std::string& norm, PictureConvolutionOptions options,
                                           torch::nn::Module& parent) {
  auto& layer = *layers_.emplace_back(std::make_unique<nn::PictureConvolution>(options));
  child(parent, conv)->register_module("conv2d", layer.conv().ptr());
  if (options.norm) parent.register_module(norm, layer.norm().ptr());
  return layer;
}

void FastStyleImpl::add_block(int64_t number) {
  const int64_t width = config_.widths[2];
  auto block = child(*this, fmt::format("res{}", number));
  auto o = common_options();
  o.in = o.out = width;
  add("conv1", "in1", o, *block);
  o.relu = false;
  add("conv2", "in2", o, *block);
}

at::Tensor FastStyleImpl::finished(const at::Tensor& y) const {
  return config_.output == FastStyleConfig::Output::tanh ? y.to(at::kFloat).tanh() * kReach + 0.5 : y.to(at::kFloat) / 255;
}

at::Tensor FastStyleImpl::through_operators(const at::Tensor& rgb) {
  auto x = rgb * config_.input_scale;
  const auto blocks = std::size_t(config_.blocks);
  for (std::size_t i = 0; i < 3; ++i) x = layers_[i]->forward(x);
  for (std::size_t i = 3; i < 3 + 2 * blocks; i += 2) x = x + layers_[i + 1]->forward(layers_[i]->forward(x));
  for (std::size_t i = 3 + 2 * blocks; i < layers_.size(); ++i) x = layers_[i]->forward(x);
  return finished(x);
}

at::Tensor FastStyleImpl::through_packed(const at::Tensor& rgb, at::ScalarType dtype) {
  const auto next = [&](std::size_t i) { return i + 1 < layers_.size() ? layers_[i + 1]->wanted() : kernels::Frame{}; };
  auto x = nn::framed(rgb, config_.input_scale, 0, dtype, layers_[0]->wanted());
  const auto blocks = std::size_t(config_.blocks);
  for (std::size_t i = 0; i < 3; ++i) x = layers_[i]->run(x, next(i));
  for (std::size_t i = 3; i < 3 + 2 * blocks; i += 2) x = layers_[i + 1]->run(layers_[i]->run(x, next(i)), next(i + 1), x);
  for (std::size_t i = 3 + 2 * blocks; i < layers_.size(); ++i) x = layers_[i]->run(x, next(i));
  return finished(nn::plain(x));
}

at::Tensor FastStyleImpl::forward(const at::Tensor& rgb, at::ScalarType dtype) {
  return at::GradMode::is_enabled() || !rgb.is_cpu() ? through_operators(rgb) : through_packed(rgb, dtype);
}

void FastStyleImpl::set_recall(nn::Recall recall) {
  for (auto& layer : layers_) layer->set_recall(recall);
}

}  // namespace inkstone
