#include "kernels/batch_norm.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>

#include "kernels/batch_norm_rows.hpp"

namespace inkstone::kernels {
namespace {

using rows::Half;

constexpr int64_t kBlock = 256;  // rows summed in float32 before a sum goes on in float64

int64_t rows_of(const at::Tensor& x) {
  return x.numel() / x.size(1);
}
int64_t blocks_of(const at::Tensor& x) {
  return (rows_of(x) + kBlock - 1) / kBlock;
}
const float* vector_of(const at::Tensor& v) {
  return v.data_ptr<float>();
}

// Calls body(type of an element, first row, rows, block) for every block, in parallel.
template <class Body>
void for_each_block(const at::Tensor& x, Body body) {
  const int64_t rows = rows_of(x);
  at::parallel_for(0, blocks_of(x), 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t first = b * kBlock, count = std::min(kBlock, rows - first);
      x.scalar_type() == at::kFloat ? body(float(), first, count, b) : body(Half(), first, count, b);
    }
  });
}

template <class T>
T* row(const at::Tensor& x, int64_t index) {
  return static_cast<T*>(x.data_ptr()) + index * x.size(1);
}

// float32 [blocks,2,C] -> float64 [2,C]
at::Tensor joint(const at::Tensor& partial) {
  return partial.sum(0, false, at::kDouble);
}

}  // namespace

bool takes_batch_norm(const at::Tensor& x) {
  const auto type = x.scalar_type();
  return x.is_cpu() && (x.dim() == 2 || x.dim() == 4) && (type == at::kFloat || type == at::kBFloat16) && x.numel() > 0;
}

at::Tensor in_rows(const at::Tensor& x) {
  return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x.contiguous();
}

ChannelMoments channel_moments(const at::Tensor& x) {
  RECORD_FUNCTION("inkstone::channel_moments", std::vector<c10::IValue>({x}));
  const int64_t channels = x.size(1);
  // deviations from the first pixel rather than from zero: no cancellation where the mean is large
  const auto origin = (x.dim() == 4 ? x.select(0, 0).select(1, 0).select(1, 0) : x.select(0, 0)).to(at::kFloat).contiguous();
  const auto partial = at::zeros({blocks_of(x), 2, channels}, at::kFloat);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t block) {
    float* sums = partial.data_ptr<float>() + block * 2 * channels;
    rows::moments(row<decltype(type)>(x, first), vector_of(origin), sums, sums + channels, count, channels);
  });
  const auto means = joint(partial) / rows_of(x);
  const auto shift = means.select(0, 0);
  return {(origin + shift).to(at::kFloat), (means.select(0, 1) - shift.square()).clamp_min(0).to(at::kFloat)};
}

at::Tensor scale_rectify(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, double slope) {
  RECORD_FUNCTION("inkstone::batch_norm_rectify", std::vector<c10::IValue>({x, scale, shift}));
  const auto y = at::empty_like(x);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t) {
    using T = decltype(type);
    rows::rectify(row<T>(x, first), row<T>(y, first), vector_of(scale), vector_of(shift), float(slope), count, x.size(1));
  });
  return y;
}

BatchNormGradients batch_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& mean,
                                       const at::Tensor& inverse_deviation, const at::Tensor& weight, const at::Tensor& bias,
                                       double slope) {
  RECORD_FUNCTION("inkstone::batch_norm_rectify_backward", std::vector<c10::IValue>({dy, x, weight, bias}));
  const int64_t channels = x.size(1);
  const auto scale = (weight * inverse_deviation).contiguous(), shift = (bias - mean * scale).contiguous();
  const auto partial = at::zeros({blocks_of(x), 2, channels}, at::kFloat);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t block) {
    using T = decltype(type);
    float* sums = partial.data_ptr<float>() + block * 2 * channels;
    rows::gradient_sums(row<T>(dy, first), row<T>(x, first), vector_of(scale), vector_of(shift), vector_of(mean), float(slope),
                        sums, sums + channels, count, channels);
  });
  const auto sums = joint(partial);
  const auto to_bias = sums.select(0, 0), to_weight = sums.select(0, 1) * inverse_deviation;
  const auto slant = (to_weight * inverse_deviation * scale / -rows_of(x)).to(at::kFloat);
  const auto offset = (to_bias * scale / -rows_of(x) - slant * mean).to(at::kFloat);
  const auto dx = at::empty_like(x);
  for_each_block(x, [&](auto type, int64_t first, int64_t count, int64_t) {
    using T = decltype(type);
    rows::gradient(row<T>(dy, first), row<T>(x, first), row<T>(dx, first), vector_of(scale), vector_of(shift), vector_of(slant),
                   vector_of(offset), float(slope), count, channels);
  });
  return {dx, to_weight.to(at::kFloat), to_bias.to(at::kFloat)};
}

}  // namespace inkstone::kernels
