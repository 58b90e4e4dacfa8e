#include "nn/group_norm.hpp"

#include <algorithm>

#include <torch/autograd.h>

#include "inkstone/error.hpp"
#include "kernels/group_norm.hpp"

namespace inkstone::nn {
namespace {

using kernels::GroupNormSettings;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// A Function takes no undefined tensor: no shift goes in as one without values.
at::Tensor shift_of(const Variable& given) {
  return given.numel() == 0 ? at::Tensor() : given;
}

class GroupNormFunction : public torch::autograd::Function<GroupNormFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& x, const Variable& shift, const Variable& weight,
                          const Variable& bias, const GroupNormSettings& settings) {
    const auto result = kernels::group_norm(x, shift_of(shift), weight, bias, settings);
    context->save_for_backward({x, shift, weight, bias, result.mean, result.rstd});
    context->saved_data["groups"] = settings.groups;
    context->saved_data["eps"] = settings.eps;
    context->saved_data["silu"] = settings.silu;
    context->saved_data["dropout"] = settings.dropout;
    context->saved_data["seed"] = static_cast<int64_t>(settings.seed);
    return result.y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    if (at::GradMode::is_enabled())
      throw Error(ErrorCategory::unsupported,
                  "second derivatives through the fused group normalisation are not available; use the float64 path");
    const auto saved = context->get_saved_variables();
    const auto& data = context->saved_data;
    const GroupNormSettings settings{data.at("groups").toInt(), data.at("eps").toDouble(), data.at("silu").toBool(),
                                     data.at("dropout").toDouble(), static_cast<uint64_t>(data.at("seed").toInt())};
    const auto& x = saved[0];
    const auto dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const auto shift = shift_of(saved[1]);
    const auto g = kernels::group_norm_backward(dy, x, shift, saved[2], saved[3], {{}, saved[4], saved[5]}, settings);
    return {g.x, shift.defined() ? g.shift : Variable(), g.weight, g.bias, Variable()};
  }
};

// The same from libtorch's own operators: on other devices and in other dtypes.
at::Tensor composed(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& weight, const at::Tensor& bias,
                    const GroupNormSettings& s) {
  const auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  auto input = x.to(type);
  if (shift.defined()) input = input + shift.to(type).unsqueeze(2).unsqueeze(3);
  auto y = at::group_norm(input, s.groups, weight.to(type), bias.to(type), s.eps);
  if (s.silu) y = at::silu(y);
  if (s.dropout > 0) y = at::dropout(y, s.dropout, true);
  return y.to(x.scalar_type());
}

// From torch's global generator, so that whoever seeds it decides the mask.
uint64_t drawn_seed() {
  return static_cast<uint64_t>(at::randint(std::numeric_limits<int64_t>::max(), {1}, at::kLong).item<int64_t>());
}

bool is_fused(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor run(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& weight, const at::Tensor& bias,
               GroupNormSettings settings) {
  if (!is_fused(x)) return composed(x, shift, weight, bias, settings);
  if (settings.dropout > 0) settings.seed = drawn_seed();
  const auto added = shift.defined() ? shift.to(at::kFloat).contiguous() : at::empty({0});
  return GroupNormFunction::apply(x.contiguous(at::MemoryFormat::ChannelsLast), added, weight, bias, settings);
}

}  // namespace

at::Tensor instance_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps) {
  return run(x, {}, weight, bias, {x.size(1), eps, false, 0, 0});
}

int64_t group_count(int64_t channels, int64_t most) {
  int64_t groups = std::min(most, std::max<int64_t>(1, channels / 4));
  while (channels % groups != 0) --groups;
  return groups;
}

GroupNormImpl::GroupNormImpl(int64_t channels, double eps, int64_t most_groups)
    : groups_(group_count(channels, most_groups)), eps_(eps) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
}

at::Tensor GroupNormImpl::forward(const at::Tensor& x) {
  return run(x, {}, weight, bias, {groups_, eps_, false});
}

at::Tensor GroupNormImpl::silu(const at::Tensor& x, const at::Tensor& shift, double dropout) {
  return run(x, shift, weight, bias, {groups_, eps_, true, is_training() ? dropout : 0});
}

}  // namespace inkstone::nn
