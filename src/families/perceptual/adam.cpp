#include "families/perceptual/adam.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace inkstone::perceptual {
namespace {

constexpr double kEpsilon = 1e-8;

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, double beta1, double beta2)
    : parameters_(std::move(parameters)), beta1_(beta1), beta2_(beta2) {
  for (const auto& p : parameters_) {
    m_.push_back(at::zeros_like(p.detach()));
    v_.push_back(at::zeros_like(p.detach()));
  }
}

void Adam::step(double learning_rate) {
  const at::NoGradGuard frozen;
  ++steps_;
  const double unbias1 = 1 - std::pow(beta1_, steps_), unbias2 = 1 - std::pow(beta2_, steps_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    auto& gradient = parameters_[i].mutable_grad();
    if (!gradient.defined()) continue;
    m_[i].lerp_(gradient, 1 - beta1_);
    v_[i].mul_(beta2_).addcmul_(gradient, gradient, 1 - beta2_);
    parameters_[i].addcdiv_(m_[i], v_[i].div(unbias2).sqrt_().add_(kEpsilon), -learning_rate / unbias1);
    gradient = at::Tensor();
  }
}

void Adam::save(StateDict& state, const std::string& prefix) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    state.tensors[fmt::format("{}.{}.m", prefix, i)] = m_[i].contiguous().clone();
    state.tensors[fmt::format("{}.{}.v", prefix, i)] = v_[i].contiguous().clone();
  }
  state.tensors[prefix + ".steps"] = at::tensor({steps_});
}

void Adam::load(const StateDict& state, const std::string& prefix) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    m_[i].copy_(state.at(fmt::format("{}.{}.m", prefix, i), m_[i].sizes()));
    v_[i].copy_(state.at(fmt::format("{}.{}.v", prefix, i), v_[i].sizes()));
  }
  steps_ = state.at(prefix + ".steps").item<int64_t>();
}

}  // namespace inkstone::perceptual
