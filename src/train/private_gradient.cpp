#include "train/private_gradient.hpp"

#include <cmath>

#include <ATen/ATen.h>

namespace inkstone {

PrivateGradient::PrivateGradient(const PrivacySettings& settings, std::vector<at::Tensor> parameters)
    : settings_(settings), parameters_(std::move(parameters)) {
  for (const auto& parameter : parameters_) sums_.push_back(at::zeros_like(parameter.detach(), at::MemoryFormat::Contiguous));
}

double PrivateGradient::take() {
  const at::NoGradGuard no_gradient;
  double squares = 0;
  for (const auto& parameter : parameters_)
    if (parameter.grad().defined()) squares += parameter.grad().to(at::kDouble).square().sum().item<double>();
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm)) return norm;
  const double scale = norm > settings_.bound ? settings_.bound / norm : 1;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    auto& gradient = parameters_[i].mutable_grad();
    if (gradient.defined()) sums_[i].add_(gradient, scale);
    gradient.reset();
  }
  return norm;
}

void PrivateGradient::release(StepNoise& noise) {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    sums_[i].add_(noise.joint_normal(sums_[i].sizes()), settings_.noise * settings_.bound);
    parameters_[i].mutable_grad() = sums_[i].div_(settings_.batch);
  }
}

}  // namespace inkstone
