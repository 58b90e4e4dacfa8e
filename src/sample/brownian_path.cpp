#include "sample/brownian_path.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr uint64_t kTree = 0x62726f776e;  // keeps the tree's seeds apart from those of the pictures
constexpr int kHalvings = 18;

at::Tensor drawn_at(const std::vector<uint64_t>& seeds, uint64_t node, at::IntArrayRef shape) {
  std::vector<uint64_t> mixed;
  for (const auto seed : seeds) mixed.push_back(mix_seed(seed, kTree, node));
  return latents_of(mixed, shape);
}

}  // namespace

BrownianPath::BrownianPath(std::vector<uint64_t> seeds, at::IntArrayRef shape, double most, double least, at::Device device)
    : seeds_(std::move(seeds)), shape_(shape.begin(), shape.end()), most_(most), least_(least), device_(device) {
  if (!(least > 0 && least < most))
    throw Error(ErrorCategory::bad_argument, "a Brownian path needs noise levels 0 < least < most");
}

double BrownianPath::place(double sigma) const {
  return std::clamp(std::log(most_ / sigma) / std::log(most_ / least_), 0.0, 1.0);
}

at::Tensor BrownianPath::at_place(double u) const {
  auto left = at::zeros({1}), right = drawn_at(seeds_, 1, shape_);
  double from = 0, length = 1;
  uint64_t node = 1;  // numbered as in a heap: the children of k are 2 k and 2 k + 1
  for (int halving = 0; halving < kHalvings; ++halving) {
    if (u == from) return left.expand_as(right);
    if (u == from + length) return right;
    const auto middle = (left + right) / 2 + std::sqrt(length) / 2 * drawn_at(seeds_, node + (uint64_t(1) << 32), shape_);
    length /= 2;
    const bool above = u >= from + length;
    (above ? left : right) = middle;
    if (above) from += length;
    node = 2 * node + (above ? 1 : 0);
  }
  return left + (u - from) / length * (right - left);
}

at::Tensor BrownianPath::between(double from, double to) const {
  const double a = place(from), b = place(to);
  if (a == b) throw Error(ErrorCategory::bad_argument, "two noise levels of a Brownian path are the same");
  return ((at_place(b) - at_place(a)) / std::sqrt(std::abs(b - a))).to(device_);
}

}  // namespace inkstone
