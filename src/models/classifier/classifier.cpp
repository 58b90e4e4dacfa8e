#include "models/classifier/classifier.hpp"

#include "nn/convolve_3x3.hpp"

namespace inkstone {
namespace {

torch::nn::Conv2d unbiased_convolution(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2).bias(false));
}

at::Tensor halved(const at::Tensor& x) {
  return at::max_pool2d(x, 2, 2);
}

}  // namespace

ClassifierNetImpl::ClassifierNetImpl(const ClassifierConfig& config) : config(config) {
  const int64_t w = config.width;
  conv1 = register_module("conv1", unbiased_convolution(config.channels, w, 5));
  norm1 = register_module("norm1", nn::NormRectifier(config.norm, w, 0));
  conv2 = register_module("conv2", unbiased_convolution(w, 2 * w, 3));
  norm2 = register_module("norm2", nn::NormRectifier(config.norm, 2 * w, 0));
  conv3 = register_module("conv3", unbiased_convolution(2 * w, 2 * w, 3));
  norm3 = register_module("norm3", nn::NormRectifier(config.norm, 2 * w, 0));
  conv4 = register_module("conv4", unbiased_convolution(2 * w, 4 * w, 3));
  norm4 = register_module("norm4", nn::NormRectifier(config.norm, 4 * w, 0));
  conv5 = register_module("conv5", unbiased_convolution(4 * w, 4 * w, 3));
  norm5 = register_module("norm5", nn::NormRectifier(config.norm, 4 * w, 0));
  head = register_module("head", torch::nn::Linear(4 * w, config.classes));
}

at::Tensor ClassifierNetImpl::features(const at::Tensor& pictures) {
  // channels-last is what the processor's convolutions and normalisations run fastest on
  auto x = pictures.contiguous(at::MemoryFormat::ChannelsLast);
  x = halved(norm1(conv1(x)));
  x = norm2(nn::convolve_3x3(conv2, x));
  x = halved(x + norm3(nn::convolve_3x3(conv3, x)));
  x = norm4(nn::convolve_3x3(conv4, x));
  x = x + norm5(nn::convolve_3x3(conv5, x));
  return x.mean({2, 3});
}

}  // namespace inkstone
