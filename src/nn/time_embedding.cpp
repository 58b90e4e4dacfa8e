#include "nn/time_embedding.hpp"

#include <cmath>

#include "inkstone/error.hpp"

namespace inkstone::nn {

at::Tensor sinusoidal_embedding(const at::Tensor& time, int64_t width) {
  if (width < 4 || width % 2 != 0)
    throw Error(ErrorCategory::bad_argument, "the width of a time embedding must be even and at least 4");
  const int64_t half = width / 2;
  // in float64: an angle of a thousand radians has lost four digits in float32
  const auto frequencies =
      at::exp(at::arange(half, time.options().dtype(at::kDouble)) * (-std::log(10000.0) / static_cast<double>(half - 1)));
  const auto angles = time.to(at::kDouble).unsqueeze(1) * frequencies;
  return at::cat({angles.sin(), angles.cos()}, 1).to(at::kFloat);
}

TimeEmbeddingImpl::TimeEmbeddingImpl(int64_t width, int64_t out) : width_(width), linear_1(width, out), linear_2(out, out) {
  register_module("linear_1", linear_1);
  register_module("linear_2", linear_2);
}

at::Tensor TimeEmbeddingImpl::forward(const at::Tensor& time) {
  const auto sines = sinusoidal_embedding(time, width_).to(linear_1->weight.scalar_type());
  return linear_2(at::silu(linear_1(sines)));
}

}  // namespace inkstone::nn
