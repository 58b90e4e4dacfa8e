#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/inception/inception.hpp"
#include "models/inception/layers.hpp"

namespace inkstone {
namespace {

constexpr int64_t kSide = 299;

// Along one dimension as TensorFlow 1 did: output i looks at i * in / out, without the half pixel.
at::Tensor resize_at_corners(const at::Tensor& x, int64_t dimension) {
  const int64_t in = x.size(dimension);
  const auto place = at::arange(kSide, at::kFloat) * (static_cast<float>(in) / static_cast<float>(kSide));
  const auto below = place.floor().to(at::kLong), above = (below + 1).clamp_max(in - 1);
  std::vector<int64_t> shape(4, 1);
  shape[dimension] = kSide;
  const auto share = (place - place.floor()).view(shape);
  const auto low = x.index_select(dimension, below), high = x.index_select(dimension, above);
  return low + (high - low) * share;
}

}  // namespace

at::Tensor inception_input(const at::Tensor& pictures, InceptionResize resize) {
  if (pictures.dim() != 4 || (pictures.size(1) != 1 && pictures.size(1) != 3))
    throw Error(ErrorCategory::bad_argument, "Inception looks at grey or RGB pictures; remove the other channels first");
  const auto bytes = pictures.to(at::kFloat).expand({-1, 3, -1, -1}).contiguous();
  switch (resize) {
    case InceptionResize::bilinear:
      return at::upsample_bilinear2d(bytes / 255, {kSide, kSide}, /*align_corners=*/false) * 2 - 1;
    case InceptionResize::tensorflow:
      return (resize_at_corners(resize_at_corners(bytes, 2), 3) - 128) / 128;
    case InceptionResize::clean:
      return (at::_upsample_bicubic2d_aa(bytes, {kSide, kSide}, /*align_corners=*/false).clamp(0, 255) - 128) / 128;
  }
  return {};
}

StateDict random_inception_weights(uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  auto convolutions = inception::convolutions();
  std::sort(convolutions.begin(), convolutions.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  StateDict weights;
  const auto normal = [&](const std::string& name, at::IntArrayRef shape, double mean, double deviation) {
    weights.tensors[name] = at::empty(shape, at::kFloat).normal_(mean, deviation, generator);
  };
  for (const auto& c : convolutions) {
    normal(c.name + ".conv.weight", {c.out, c.in, c.height, c.width}, 0,
           std::sqrt(2.0 / static_cast<double>(c.in * c.height * c.width)));
    normal(c.name + ".bn.weight", {c.out}, 1, 0.1);
    normal(c.name + ".bn.bias", {c.out}, 0, 0.1);
    normal(c.name + ".bn.running_mean", {c.out}, 0, 0.1);
    weights.tensors[c.name + ".bn.running_var"] = at::empty({c.out}, at::kFloat).uniform_(0.5, 1.5, generator);
  }
  normal("fc.weight", {inception::kClasses, inception::kFeatures}, 0, std::sqrt(1.0 / inception::kFeatures));
  weights.tensors["fc.bias"] = at::zeros({inception::kClasses});
  return weights;
}

}  // namespace inkstone
