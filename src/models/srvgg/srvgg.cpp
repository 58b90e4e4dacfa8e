#include "models/srvgg/srvgg.hpp"

#include <ATen/ATen.h>

#include "nn/convolve_3x3.hpp"

namespace inkstone {
namespace {

constexpr double kLeakySlope = 0.1;
constexpr double kFirstPreluSlope = 0.25;
constexpr double kLastLayer = 0.1;

at::Tensor enlarged(const at::Tensor& x, int64_t scale, const std::string& base) {
  if (scale == 1) return x;
  const std::vector<int64_t> size = {x.size(2) * scale, x.size(3) * scale};
  return base == "nearest" ? at::upsample_nearest2d(x, size) : at::_upsample_bicubic2d_aa(x.contiguous(), size, false);
}

// Two rectifiers rather than at::prelu, which knows neither bfloat16 gradients nor channels-last memory.
at::Tensor two_slopes(const at::Tensor& x, const at::Tensor& slope) {
  return at::relu(x) - slope.to(x.scalar_type()).view({1, -1, 1, 1}) * at::relu(-x);
}

// He et al. 2015, without which nothing of the picture reaches the end of so plain a chain; and at first the network changes
// little.
void initialise(torch::nn::Conv2d& convolution, bool last) {
  const torch::NoGradGuard frozen;
  torch::nn::init::kaiming_normal_(convolution->weight, kLeakySlope, torch::kFanIn, torch::kLeakyReLU);
  if (last) convolution->weight.mul_(kLastLayer);
  torch::nn::init::zeros_(convolution->bias);
}

}  // namespace

SrvggNetImpl::SrvggNetImpl(const SrvggConfig& c) : config(c) {
  const auto body = register_module("body", std::make_shared<torch::nn::Module>("body"));
  const auto add = [&](int64_t in, int64_t out) {
    const auto options = torch::nn::Conv2dOptions(in, out, 3).padding(1);
    layers_.push_back({body->register_module(std::to_string(2 * layers_.size()), torch::nn::Conv2d(options))});
  };
  add(3 * c.unshuffle * c.unshuffle, c.features);
  for (int64_t i = 0; i < c.convolutions; ++i) add(c.features, c.features);
  add(c.features, 3 * c.scale * c.scale * c.unshuffle * c.unshuffle);
  for (auto& layer : layers_) initialise(layer.convolution, &layer == &layers_.back());
  if (c.activation != "prelu") return;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    const auto slope = body->register_module(std::to_string(2 * i + 1), std::make_shared<torch::nn::Module>("prelu"));
    slopes_.push_back(slope->register_parameter("weight", torch::full({c.features}, kFirstPreluSlope)));
  }
}

at::Tensor SrvggNetImpl::trainable(const at::Tensor& x, std::size_t place) {
  const auto y = nn::convolve_3x3(layers_[place].convolution, x);
  if (place + 1 == layers_.size()) return y;
  if (config.activation == "prelu") return two_slopes(y, slopes_[place]);
  return config.activation == "relu" ? at::relu(y) : at::leaky_relu(y, kLeakySlope);
}

at::Tensor SrvggNetImpl::packed(const at::Tensor& x, std::size_t place) {
  auto& layer = layers_[place];
  const bool last = place + 1 == layers_.size();
  const auto& weight = layer.convolution->weight;
  const std::pair<const void*, uint32_t> from = {weight.data_ptr(), weight._version()};
  if (!layer.packed || layer.packed_from != from) {
    kernels::Rectifier rectifier;
    if (!last && config.activation != "prelu")
      rectifier = {kernels::Rectifier::Kind::leaky, config.activation == "relu" ? 0 : kLeakySlope, 0};
    layer.packed = std::make_unique<kernels::GeneralConvolution>(weight.detach(), layer.convolution->bias.detach(),
                                                                 kernels::ConvolutionShape{}, rectifier);
    layer.packed_from = from;
  }
  const auto y = layer.packed->forward(x, {{1, 1}, {1, 1}}, {}, last);
  return last || config.activation != "prelu" ? y : two_slopes(y, slopes_[place]);
}

at::Tensor SrvggNetImpl::forward(const at::Tensor& x, at::ScalarType arithmetic) {
  auto y = config.unshuffle > 1 ? at::pixel_unshuffle(x, config.unshuffle) : x;
  y = y.contiguous(at::MemoryFormat::ChannelsLast);
  const bool trains = at::GradMode::is_enabled();
  if (!trains) y = y.to(arithmetic);
  for (std::size_t i = 0; i < layers_.size(); ++i) y = trains ? trainable(y, i) : packed(y, i);
  const int64_t shuffle = config.scale * config.unshuffle;
  y = y.to(at::kFloat);
  if (shuffle > 1) y = at::pixel_shuffle(y, shuffle);
  return y + enlarged(x, config.scale, config.base);
}

}  // namespace inkstone
