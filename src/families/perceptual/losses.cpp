#include "families/perceptual/losses.hpp"

#include <ATen/ATen.h>

namespace inkstone::perceptual {
namespace {

constexpr double kLeak = 0.03;
constexpr double kFloor = 0.05;  // a flat picture has no texture to be relative to

}  // namespace

at::Tensor feature_loss(const at::Tensor& a, const at::Tensor& t, const at::Tensor& importance) {
  const auto weight = importance.view({1, -1, 1, 1});
  const auto difference = at::leaky_relu(a, kLeak) - at::leaky_relu(t, kLeak);
  return (difference.square() * weight).mean() / (at::relu(t).square() * weight).mean();
}

at::Tensor gram(const at::Tensor& f) {
  const auto flat = f.permute({0, 2, 3, 1}).reshape({f.size(0), -1, f.size(1)});
  return at::bmm(flat.transpose(1, 2), flat) / static_cast<double>(flat.size(1));
}

at::Tensor gram_loss(const at::Tensor& f, const at::Tensor& g, const at::Tensor& scale) {
  const auto pairs = scale.view({1, -1, 1}) * scale.view({1, 1, -1});
  const auto target = gram(g) * pairs;
  const auto difference = gram(f) * pairs - target;
  const auto energy = target.square().sum({1, 2});
  return (difference.square().sum({1, 2}) / (energy + kFloor * energy.mean())).mean();
}

}  // namespace inkstone::perceptual
