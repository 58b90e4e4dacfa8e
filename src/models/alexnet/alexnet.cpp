#include "models/alexnet/alexnet.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

struct Convolution {
  int place;  // in torchvision's features
  int64_t in, out, kernel, stride, padding;
  bool pool_before;
};

constexpr Convolution kConvolutions[] = {{0, 3, 64, 11, 4, 2, false},
                                         {3, 64, 192, 5, 1, 2, true},
                                         {6, 192, 384, 3, 1, 1, true},
                                         {8, 384, 256, 3, 1, 1, false},
                                         {10, 256, 256, 3, 1, 1, false}};
constexpr int64_t kSmallest = 63;  // what two poolings of 3 leave a pixel of

// torchvision's normalisation
at::Tensor normalised(const at::Tensor& rgb) {
  const auto mean = at::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1}),
             deviation = at::tensor({0.229f, 0.224f, 0.225f}).view({1, 3, 1, 1});
  return (rgb - mean) / deviation;
}

}  // namespace

AlexNet make_alexnet(const StateDict& weights) {
  AlexNet network;
  for (std::size_t i = 0; i < std::size(kConvolutions); ++i) {
    const auto& c = kConvolutions[i];
    network.weights[i] =
        weights.at(fmt::format("features.{}.weight", c.place), {c.out, c.in, c.kernel, c.kernel}).to(at::kFloat).contiguous();
    network.biases[i] = weights.at(fmt::format("features.{}.bias", c.place), {c.out}).to(at::kFloat).contiguous();
  }
  return network;
}

std::vector<at::Tensor> features(const AlexNet& network, const at::Tensor& rgb) {
  if (std::min(rgb.size(2), rgb.size(3)) < kSmallest)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("AlexNet needs pictures of at least {0} x {0} pixels; use VGG16 for smaller ones", kSmallest));
  std::vector<at::Tensor> found;
  at::Tensor x = normalised(rgb);
  for (std::size_t i = 0; i < std::size(kConvolutions); ++i) {
    const auto& c = kConvolutions[i];
    if (c.pool_before) x = at::max_pool2d(x, 3, 2);
    x = at::relu(at::conv2d(x, network.weights[i], network.biases[i], c.stride, c.padding));
    found.push_back(x);
  }
  return found;
}

}  // namespace inkstone
