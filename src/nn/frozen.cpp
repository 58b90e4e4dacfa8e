#include "nn/frozen.hpp"

#include <algorithm>
#include <initializer_list>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "kernels/group_norm.hpp"
#include "kernels/transformer.hpp"
#include "tensor/mapped.hpp"

namespace inkstone::nn {
namespace {

bool wants_gradients(std::initializer_list<at::Tensor> tensors) {
  return at::GradMode::is_enabled() &&
         std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor& t) { return t.defined() && t.requires_grad(); });
}

at::Tensor plus(const at::Tensor& y, const at::Tensor& residual) {
  return residual.defined() ? y + residual : y;
}

bool has_fused_kernel(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

constexpr int64_t kFewNumbers =
    1 << 14;  // weights that are not worth it, and that the eye would pay for: the first and the last layer

// Empty for a small weight, and for one that has been taken already.
std::optional<kernels::EightBitWeight> taken_in_eight_bits(at::Tensor& weight) {
  if (weight.numel() <= kFewNumbers || !weight.is_cpu() || !weight.is_contiguous()) return {};
  auto taken = kernels::to_eight_bits(weight);
  release_pages(weight);
  weight.set_data(placeholder(weight.sizes()));
  return taken;
}

at::Tensor constant(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.detach() : tensor;
}

at::ScalarType statistics_type(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

void keep_in_eight_bits(torch::nn::Module& network) {
  const at::NoGradGuard constant;
  for (const auto& module : network.modules()) {
    if (auto* linear = module->as<FrozenLinearImpl>()) linear->keep_in_eight_bits();
    if (auto* convolution = module->as<FrozenConv2dImpl>()) convolution->keep_in_eight_bits();
  }
}

void forget_packed(torch::nn::Module& network) {
  for (const auto& module : network.modules()) {
    if (auto* linear = module->as<FrozenLinearImpl>()) linear->forget_packed();
    if (auto* convolution = module->as<FrozenConv2dImpl>()) convolution->forget_packed();
  }
}

at::Tensor placeholder(at::IntArrayRef shape) {
  const at::NoGradGuard constant;
  return at::zeros({1}).expand(shape).detach();
}

at::Tensor in_dtype(const at::Tensor& tensor, at::ScalarType dtype) {
  return !tensor.defined() || tensor.scalar_type() == dtype ? tensor : tensor.to(dtype);
}

FrozenLinearImpl::FrozenLinearImpl(int64_t in, int64_t out, bool with_bias) {
  weight = register_parameter("weight", placeholder({out, in}), false);
  if (with_bias) bias = register_parameter("bias", placeholder({out}), false);
}

at::Tensor FrozenLinearImpl::forward(const at::Tensor& x, const at::Tensor& residual) {
  const auto y = unadapted(x, residual);
  return low_rank ? y + low_rank(x) : y;
}

at::Tensor FrozenLinearImpl::unadapted(const at::Tensor& x, const at::Tensor& residual) {
  if (wants_gradients({x, residual, weight, bias}) && !eight_bits_)
    return plus(at::linear(x, in_dtype(weight, x.scalar_type()), in_dtype(bias, x.scalar_type())), residual);
  if (eight_bits_)
    return kernels::PackedLinear(kernels::from_eight_bits(*eight_bits_, x.scalar_type()), constant(bias)).forward(x, residual);
  if (packed_from_ != weight.data_ptr()) {
    packed_ = std::make_unique<kernels::PackedLinear>(weight.detach(), constant(bias));
    packed_from_ = weight.data_ptr();
  }
  return packed_->forward(x, residual);
}

void FrozenLinearImpl::forget_packed() {
  packed_.reset();
  packed_from_ = nullptr;
}

void FrozenLinearImpl::keep_in_eight_bits() {
  if (auto taken = taken_in_eight_bits(weight)) eight_bits_ = std::move(taken);
  forget_packed();
}

FrozenConv2dImpl::FrozenConv2dImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding, bool with_bias)
    : stride_(stride), padding_(padding) {
  weight = register_parameter("weight", placeholder({out, in, kernel, kernel}), false);
  if (with_bias) bias = register_parameter("bias", placeholder({out}), false);
}

// A convolution that wraps pads its input itself, and its kernel pads nothing.
at::Tensor FrozenConv2dImpl::forward(const at::Tensor& x, const at::Tensor& residual) {
  const bool wraps = padding_ > 0 && wrapping != Wrapping();
  const int64_t padding = wraps ? 0 : padding_;
  const auto input = wraps ? padded(x, padding_, padding_, wrapping) : x;
  if (wants_gradients({x, residual, weight, bias}) && !eight_bits_)
    return plus(at::conv2d(input, in_dtype(weight, x.scalar_type()), in_dtype(bias, x.scalar_type()), stride_, padding),
                residual);
  if (eight_bits_)
    return kernels::PackedConvolution(kernels::from_eight_bits(*eight_bits_, x.scalar_type()), constant(bias), stride_, padding)
        .forward(input, residual);
  if (packed_from_ != weight.data_ptr() || packed_padding_ != padding) {
    packed_ = std::make_unique<kernels::PackedConvolution>(weight.detach(), constant(bias), stride_, padding);
    packed_from_ = weight.data_ptr();
    packed_padding_ = padding;
  }
  return packed_->forward(input, residual);
}

void FrozenConv2dImpl::forget_packed() {
  packed_.reset();
  packed_from_ = nullptr;
}

void FrozenConv2dImpl::keep_in_eight_bits() {
  if (auto taken = taken_in_eight_bits(weight)) eight_bits_ = std::move(taken);
  forget_packed();
}

at::Tensor padded(const at::Tensor& x, int64_t before, int64_t after, Wrapping wrapping) {
  const auto along = [&](const at::Tensor& t, int64_t dim, bool wraps) {
    if (wraps) return at::cat({t.narrow(dim, t.size(dim) - before, before), t, t.narrow(dim, 0, after)}, dim);
    return dim == 3 ? at::constant_pad_nd(t, {before, after}) : at::constant_pad_nd(t, {0, 0, before, after});
  };
  return along(along(x, 3, wrapping.x), 2, wrapping.y).contiguous(at::MemoryFormat::ChannelsLast);
}

void wrap(torch::nn::Module& network, Wrapping wrapping) {
  for (const auto& module : network.modules())
    if (auto* convolution = module->as<FrozenConv2dImpl>()) convolution->wrapping = wrapping;
}

FrozenGroupNormImpl::FrozenGroupNormImpl(int64_t groups, int64_t channels, double eps) : groups_(groups), eps_(eps) {
  if (groups < 1 || channels % groups != 0)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} groups do not divide {} channels; choose a divisor", groups, channels));
  weight = register_parameter("weight", placeholder({channels}), false);
  bias = register_parameter("bias", placeholder({channels}), false);
}

at::Tensor FrozenGroupNormImpl::forward(const at::Tensor& x) {
  return run(x, {}, false);
}

at::Tensor FrozenGroupNormImpl::silu(const at::Tensor& x, const at::Tensor& shift) {
  return run(x, shift, true);
}

at::Tensor FrozenGroupNormImpl::run(const at::Tensor& x, const at::Tensor& shift, bool silu) const {
  if (has_fused_kernel(x) && !wants_gradients({x, shift, weight, bias})) {
    const auto added = shift.defined() ? shift.to(at::kFloat).contiguous() : at::Tensor();
    const kernels::GroupNormSettings settings{groups_, eps_, silu};
    return kernels::group_norm(x.contiguous(at::MemoryFormat::ChannelsLast), added, in_dtype(weight, at::kFloat).contiguous(),
                               in_dtype(bias, at::kFloat).contiguous(), settings)
        .y;
  }
  const auto type = statistics_type(x);
  auto input = x.to(type);
  if (shift.defined()) input = input + shift.to(type).unsqueeze(2).unsqueeze(3);
  const auto y = at::group_norm(input, groups_, in_dtype(weight, type), in_dtype(bias, type), eps_);
  return (silu ? at::silu(y) : y).to(x.scalar_type());
}

FrozenLayerNormImpl::FrozenLayerNormImpl(int64_t width, double eps) : eps_(eps) {
  weight = register_parameter("weight", placeholder({width}), false);
  bias = register_parameter("bias", placeholder({width}), false);
}

at::Tensor FrozenLayerNormImpl::forward(const at::Tensor& x) {
  if (has_fused_kernel(x) && !wants_gradients({x, weight, bias}))
    return kernels::layer_norm(x, in_dtype(weight, at::kFloat).contiguous(), in_dtype(bias, at::kFloat).contiguous(), eps_);
  const auto type = statistics_type(x);
  return at::layer_norm(x.to(type), {x.size(-1)}, in_dtype(weight, type), in_dtype(bias, type), eps_).to(x.scalar_type());
}

}  // namespace inkstone::nn
