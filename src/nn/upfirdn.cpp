#include "nn/upfirdn.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// y[j] = sum over k of taps[k] x[(j down + k - before) / up], where that is the place of a pixel.
struct FilterWalk {
  int64_t dim = 3;
  int64_t up = 1, down = 1, before = 0, length = 0;  // length: of y
  Taps taps;
};

// Which outputs one tap feeds, from which inputs.
struct TapRange {
  int64_t out = 0, out_step = 1, in = 0, in_step = 1, count = 0;
};

int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && a < 0);
}

int64_t ceil_div(int64_t a, int64_t b) {
  return -floor_div(-a, b);
}

TapRange enlarging(const FilterWalk& walk, int64_t k, int64_t size) {
  const int64_t first = (walk.before - k) - floor_div(walk.before - k, walk.up) * walk.up;
  const int64_t shift = floor_div(first + k - walk.before, walk.up);
  const int64_t from = std::max<int64_t>(0, -shift), to = std::min(size - shift, ceil_div(walk.length - first, walk.up));
  return {first + walk.up * from, walk.up, from + shift, 1, to - from};
}

TapRange reducing(const FilterWalk& walk, int64_t k, int64_t size) {
  const int64_t from = std::max<int64_t>(0, ceil_div(walk.before - k, walk.down));
  const int64_t to = std::min(walk.length, floor_div(size - 1 + walk.before - k, walk.down) + 1);
  return {from, 1, from * walk.down + k - walk.before, walk.down, to - from};
}

at::Tensor strided(const at::Tensor& x, int64_t dim, int64_t first, int64_t step, int64_t count) {
  return x.slice(dim, first, first + (count - 1) * step + 1, step);
}

at::Tensor walked(const at::Tensor& x, const FilterWalk& walk) {
  auto shape = x.sizes().vec();
  shape[std::size_t(walk.dim)] = walk.length;
  auto y = at::empty(shape, x.options().memory_format(x.suggest_memory_format())).zero_();
  for (int64_t k = 0; k < int64_t(walk.taps.size()); ++k) {
    const auto range = walk.up > 1 ? enlarging(walk, k, x.size(walk.dim)) : reducing(walk, k, x.size(walk.dim));
    if (range.count <= 0) continue;
    strided(y, walk.dim, range.out, range.out_step, range.count)
        .add_(strided(x, walk.dim, range.in, range.in_step, range.count), walk.taps[std::size_t(k)]);
  }
  return y;
}

// The transpose of the walk as a matrix: both factors change places, and the taps their order.
FilterWalk transposed(FilterWalk walk, int64_t size) {
  std::swap(walk.up, walk.down);
  walk.before = int64_t(walk.taps.size()) - 1 - walk.before;
  std::reverse(walk.taps.begin(), walk.taps.end());
  walk.length = size;
  return walk;
}

struct FilterPass : torch::autograd::Function<FilterPass> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const FilterWalk& walk) {
    context->saved_data["places"] =
        std::vector<int64_t>{walk.dim, walk.up, walk.down, walk.before, walk.length, x.size(walk.dim)};
    context->saved_data["taps"] = walk.taps;
    at::AutoDispatchBelowADInplaceOrView below;
    return walked(x, walk);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto places = context->saved_data["places"].toIntVector();
    const FilterWalk walk{places[0], places[1], places[2], places[3], places[4], context->saved_data["taps"].toDoubleVector()};
    return {apply(gradients[0], transposed(walk, places[5])), at::Tensor()};
  }
};

}  // namespace

Taps normalised(Taps taps) {
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  for (auto& tap : taps) tap /= sum;
  return taps;
}

at::Tensor upfirdn2d(const at::Tensor& x, const Taps& taps, const Resampling& how) {
  const auto count = int64_t(taps.size());
  FilterWalk walk{3, how.up, how.down, how.before, 0, taps};
  if (!how.correlate) std::reverse(walk.taps.begin(), walk.taps.end());
  for (auto& tap : walk.taps) tap *= std::sqrt(how.gain);
  auto y = x;
  for (const int64_t dim : {2, 3}) {
    walk.dim = dim;
    walk.length = floor_div(x.size(dim) * how.up + how.before + how.after - count, how.down) + 1;
    y = FilterPass::apply(y, walk);
  }
  return y;
}

at::Tensor upsampled(const at::Tensor& x, const Taps& taps) {
  const auto count = int64_t(taps.size());
  return upfirdn2d(x, taps, {2, 1, (count + 1) / 2, (count - 2) / 2, 4});
}

at::Tensor downsampled(const at::Tensor& x, const Taps& taps) {
  const auto count = int64_t(taps.size());
  return upfirdn2d(x, taps, {1, 2, (count - 1) / 2, (count - 2) / 2});
}

}  // namespace inkstone::nn
