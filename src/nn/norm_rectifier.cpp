#include "nn/norm_rectifier.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"
#include "kernels/batch_norm.hpp"

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kEpsilon = 1e-5, kMomentum = 0.1;

at::Tensor per_channel(const at::Tensor& v, const at::Tensor& x) {
  return x.dim() == 4 ? v.view({1, -1, 1, 1}) : v;
}

// Out of the library's operators: for other devices and dtypes, and for gradients of gradients.
at::Tensor plain(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double slope) {
  return rectify(at::batch_norm(x, weight, bias, {}, {}, true, 0, kEpsilon, false), slope);
}

struct BatchNormRectifier : torch::autograd::Function<BatchNormRectifier> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& mean, const at::Tensor& inverse_deviation, double slope) {
    context->save_for_backward({x, weight, bias, mean, inverse_deviation});
    context->saved_data["slope"] = slope;
    at::AutoDispatchBelowADInplaceOrView below;
    const auto scale = weight * inverse_deviation;
    return kernels::scale_rectify(x, scale, bias - mean * scale, slope);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const double slope = context->saved_data["slope"].toDouble();
    if (at::GradMode::is_enabled()) return differentiable(saved, gradients[0], slope);
    const auto found =
        kernels::batch_norm_backward(kernels::in_rows(gradients[0]), saved[0], saved[3], saved[4], saved[1], saved[2], slope);
    return {found.input, found.weight, found.bias, at::Tensor(), at::Tensor(), at::Tensor()};
  }

  // Somebody will differentiate this gradient: take it from operators that can be.
  static variable_list differentiable(const variable_list& saved, const at::Tensor& dy, double slope) {
    const variable_list inputs = {saved[0], saved[1], saved[2]};
    variable_list wanted;
    for (const auto& input : inputs)
      if (input.requires_grad()) wanted.push_back(input);
    const auto found = torch::autograd::grad({plain(inputs[0], inputs[1], inputs[2], slope)}, wanted, {dy}, true, true);
    variable_list result(6);
    for (std::size_t i = 0, k = 0; i < inputs.size(); ++i)
      if (inputs[i].requires_grad()) result[i] = found[k++];
    return result;
  }
};

}  // namespace

at::Tensor rectify(const at::Tensor& x, double slope) {
  if (slope == 1) return x;
  return slope == 0 ? at::relu(x) : at::leaky_relu(x, slope);
}

NormRectifierImpl::NormRectifierImpl(Norm norm, int64_t channels, double slope) : norm_(norm), slope_(slope) {
  if (norm == Norm::none) return;
  weight = register_parameter("weight", torch::ones({channels}));
  bias = register_parameter("bias", torch::zeros({channels}));
  if (norm == Norm::layer) return;
  running_mean = register_buffer("running_mean", torch::zeros({channels}));
  running_var = register_buffer("running_var", torch::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", torch::tensor(int64_t(0)));
}

at::Tensor NormRectifierImpl::forward(const at::Tensor& x) {
  if (norm_ == Norm::none) return rectify(x, slope_);
  return norm_ == Norm::layer ? layer_norm(x) : batch_norm(x);
}

at::Tensor NormRectifierImpl::layer_norm(const at::Tensor& x) const {
  const auto y = at::group_norm(x.to(weight.scalar_type()), 1, weight, bias, kEpsilon);
  return rectify(y.to(x.scalar_type()), slope_);
}

at::Tensor NormRectifierImpl::batch_norm(const at::Tensor& x) {
  if (!is_training()) return by_running_statistics(x);
  if (x.numel() / x.size(1) < 2)
    throw Error(ErrorCategory::bad_argument, "batch norm cannot train on a batch of one picture; use --batch 2 or more");
  return by_batch(x);
}

at::Tensor NormRectifierImpl::by_batch(const at::Tensor& x) {
  const int64_t values = x.numel() / x.size(1);
  if (!kernels::takes_batch_norm(x) || weight.scalar_type() != at::kFloat) {
    {
      const at::NoGradGuard frozen;
      const auto rows = x.detach().transpose(0, 1).flatten(1).to(running_mean.scalar_type());
      track(rows.mean(1), rows.var(1, false), values);
    }
    return plain(x, weight, bias, slope_);
  }
  const auto input = kernels::in_rows(x);
  const auto moments = kernels::channel_moments(input.detach());
  track(moments.mean, moments.variance, values);
  return BatchNormRectifier::apply(input, weight, bias, moments.mean, (moments.variance + kEpsilon).rsqrt(), slope_);
}

at::Tensor NormRectifierImpl::by_running_statistics(const at::Tensor& x) const {
  const auto scale = weight * (running_var + kEpsilon).rsqrt(), shift = bias - running_mean * scale;
  if (!at::GradMode::is_enabled() && kernels::takes_batch_norm(x) && weight.scalar_type() == at::kFloat)
    return kernels::scale_rectify(kernels::in_rows(x), scale, shift, slope_);
  return rectify((x * per_channel(scale, x) + per_channel(shift, x)).to(x.scalar_type()), slope_);
}

void NormRectifierImpl::track(const at::Tensor& mean, const at::Tensor& variance, int64_t values) {
  const at::NoGradGuard frozen;
  running_mean.lerp_(mean, kMomentum);
  running_var.lerp_(variance * (double(values) / double(values - 1)), kMomentum);
  num_batches_tracked += 1;
}

}  // namespace inkstone::nn
