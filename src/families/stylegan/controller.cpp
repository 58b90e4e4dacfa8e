#include "families/stylegan/controller.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

constexpr int64_t kStepsPerTurn = 4;
constexpr double kPathDecay = 0.01;

}  // namespace

Controller::Controller(torch::nn::Module& owner, ControllerOptions options)
    : options_(options),
      p_(owner.register_buffer("augment_p", torch::full({}, options.start))),
      signs_(owner.register_buffer("real_signs", torch::zeros({2}))),
      path_mean_(owner.register_buffer("path_mean", torch::zeros({}))) {}

double Controller::probability() const {
  return p_.item<double>();
}

void Controller::see(const at::Tensor& real_logits) {
  const at::NoGradGuard no_gradient;
  signs_[0].add_(real_logits.detach().sign().sum());
  signs_[1].add_(double(real_logits.numel()));
}

void Controller::after_step(int64_t step, int64_t batch) {
  if (options_.target <= 0 || (step + 1) % kStepsPerTurn != 0) return;
  const at::NoGradGuard no_gradient;
  const double sure = signs_[0].item<double>() / std::max(signs_[1].item<double>(), 1.0);
  const double turn = double(batch * kStepsPerTurn) / options_.images;
  p_.add_(sure > options_.target ? turn : -turn).clamp_(0, 1);
  signs_.zero_();
}

at::Tensor Controller::path_penalty(const at::Tensor& lengths) {
  const auto mean = path_mean_.lerp(lengths.mean(), kPathDecay);
  {
    const at::NoGradGuard no_gradient;
    path_mean_.copy_(mean.detach());
  }
  return (lengths - mean).square().mean();
}

}  // namespace inkstone
