#include "models/srvgg/srvgg.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr double kLeakySlope = 0.1;
constexpr double kFirstPreluSlope = 0.25;

at::Tensor enlarged(const at::Tensor& x, int64_t scale, const std::string& base) {
  if (scale == 1) return x;
  const std::vector<int64_t> size = {x.size(2) * scale, x.size(3) * scale};
  return base == "nearest" ? at::upsample_nearest2d(x, size) : at::_upsample_bicubic2d_aa(x.contiguous(), size, false);
}

// Two rectifiers rather than at::prelu, which knows neither bfloat16 gradients nor channels-last memory.
at::Tensor two_slopes(const at::Tensor& x, const at::Tensor& slope) {
  return at::relu(x) - slope.to(x.scalar_type()).view({1, -1, 1, 1}) * at::relu(-x);
}

const at::Tensor* weight_of(const StateDict& weights, int64_t place) {
  const auto found = weights.tensors.find(fmt::format("body.{}.weight", place));
  return found == weights.tensors.end() ? nullptr : &found->second;
}

// Places of the body in use: convolutions at the even ones, activations between them.
int64_t last_place(const StateDict& weights) {
  int64_t last = -1;
  for (int64_t place = 0; weight_of(weights, place) || weight_of(weights, place + 1); ++place)
    if (weight_of(weights, place)) last = place;
  return last;
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
  if (c.activation != "prelu") return;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    const auto slope = body->register_module(std::to_string(2 * i + 1), std::make_shared<torch::nn::Module>("prelu"));
    slopes_.push_back(slope->register_parameter("weight", torch::full({c.features}, kFirstPreluSlope)));
  }
}

at::Tensor SrvggNetImpl::convolved(Layer& layer, const at::Tensor& x) {
  const auto& weight = layer.convolution->weight;
  if (at::GradMode::is_enabled()) return layer.convolution->forward(x);
  const std::pair<const void*, uint32_t> from = {weight.data_ptr(), weight._version()};
  if (!layer.packed || layer.packed_from != from) {
    layer.packed = std::make_unique<kernels::PackedConvolution>(weight.detach(), layer.convolution->bias.detach(), 1, 1);
    layer.packed_from = from;
  }
  return layer.packed->forward(x);
}

at::Tensor SrvggNetImpl::activated(const at::Tensor& x, std::size_t place) const {
  if (config.activation == "prelu") return two_slopes(x, slopes_[place]);
  if (at::GradMode::is_enabled()) return config.activation == "relu" ? at::relu(x) : at::leaky_relu(x, kLeakySlope);
  auto y = x;  // the convolution's own result, which nobody else holds
  return config.activation == "relu" ? at::relu_(y) : at::leaky_relu_(y, kLeakySlope);
}

at::Tensor SrvggNetImpl::forward(const at::Tensor& x, at::ScalarType arithmetic) {
  auto y = config.unshuffle > 1 ? at::pixel_unshuffle(x, config.unshuffle) : x;
  y = y.contiguous(at::MemoryFormat::ChannelsLast);
  if (!at::GradMode::is_enabled()) y = y.to(arithmetic);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) y = activated(convolved(layers_[i], y), i);
  y = convolved(layers_.back(), y).to(at::kFloat);
  const int64_t shuffle = config.scale * config.unshuffle;
  if (shuffle > 1) y = at::pixel_shuffle(y, shuffle);
  return y + enlarged(x, config.scale, config.base);
}

bool is_srvgg(const StateDict& weights) {
  const auto last = last_place(weights);
  return last >= 2 && last % 2 == 0 && weight_of(weights, 0)->dim() == 4 && weight_of(weights, 0)->size(1) == 3;
}

SrvggConfig srvgg_config_of(const StateDict& weights) {
  if (!is_srvgg(weights)) throw Error(ErrorCategory::corrupt_file, "the weights are not of the compact network of Real-ESRGAN (body.0.weight and on)");
  const auto last = last_place(weights);
  SrvggConfig config;
  config.features = weight_of(weights, 0)->size(0);
  config.convolutions = last / 2 - 1;
  config.scale = std::lround(std::sqrt(double(weight_of(weights, last)->size(0)) / 3));
  config.activation = weight_of(weights, 1) ? "prelu" : "relu";
  return config;
}

}  // namespace inkstone
