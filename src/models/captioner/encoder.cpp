#include "models/captioner/encoder.hpp"

#include "nn/convolve_3x3.hpp"

namespace inkstone::captioner {
namespace {

constexpr double kPositionDeviation = 0.1;

// Without a bias: the normalisation after it has one.
torch::nn::Conv2d same_size(int64_t channels) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, channels, 3).padding(1).bias(false));
}

torch::nn::Conv2d halving(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(2).padding(kernel / 2).bias(false));
}

nn::NormRectifier rectified(int64_t channels) {
  return nn::NormRectifier(nn::Norm::batch, channels, 0);
}

}  // namespace

LookBlockImpl::LookBlockImpl(int64_t channels)
    : conv1(same_size(channels)), conv2(same_size(channels)), norm1(rectified(channels)), norm2(rectified(channels)) {
  register_module("conv1", conv1);
  register_module("norm1", norm1);
  register_module("conv2", conv2);
  register_module("norm2", norm2);
}

at::Tensor LookBlockImpl::forward(const at::Tensor& x) {
  const auto once = x + norm1(nn::convolve_3x3(conv1, x));
  return once + norm2(nn::convolve_3x3(conv2, once));
}

EncoderImpl::EncoderImpl(const CaptionerConfig& c)
    : conv_in(halving(c.channels, c.strokes, 5)),
      down1(halving(c.strokes, 2 * c.strokes, 3)),
      down2(halving(2 * c.strokes, 4 * c.strokes, 3)),
      norm1(rectified(c.strokes)),
      norm2(rectified(2 * c.strokes)),
      norm3(rectified(4 * c.strokes)),
      block1(2 * c.strokes),
      block2(4 * c.strokes),
      to_places(4 * c.strokes, c.features),
      norm_out(torch::nn::LayerNormOptions({c.features})) {
  register_module("conv_in", conv_in);
  register_module("norm1", norm1);
  register_module("down1", down1);
  register_module("norm2", norm2);
  register_module("block1", block1);
  register_module("down2", down2);
  register_module("norm3", norm3);
  register_module("block2", block2);
  register_module("to_places", to_places);
  positions = register_parameter("positions", at::randn({1, c.rows() * c.columns(), c.features}) * kPositionDeviation);
  register_module("norm_out", norm_out);
}

at::Tensor EncoderImpl::forward(const at::Tensor& pictures) {
  // channels-last is what the processor's convolutions and normalisations run fastest on
  auto x = norm1(conv_in(pictures.contiguous(at::MemoryFormat::ChannelsLast)));
  x = block1(norm2(down1(x)));
  x = block2(norm3(down2(x)));
  const auto places = to_places(x.flatten(2).transpose(1, 2));
  return norm_out(places.to(at::kFloat) + positions);
}

}  // namespace inkstone::captioner
