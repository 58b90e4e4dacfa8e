#include "transform/steady.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "transform/optical_flow.hpp"

namespace inkstone::transform {
namespace {

constexpr double kLeastTrust = 0.15;  // mean confidence under which a frame is the first of another scene

double weighted_difference(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weight) {
  return 255 * ((a - b).abs().mean(1, true) * weight).sum().item<double>() / (weight.sum().item<double>() + 1e-6);
}

}  // namespace

at::Tensor Steady::hold(const at::Tensor& photograph, const at::Tensor& painting) {
  const c10::InferenceMode no_gradients;
  auto held = painting;
  if (last_photograph_.defined() && last_photograph_.sizes() == photograph.sizes()) {
    const auto backward = optical_flow(last_photograph_, photograph), forward = optical_flow(photograph, last_photograph_);
    const auto trust = flow_confidence(last_photograph_, photograph, backward, forward);
    if (trust.mean().item<double>() > kLeastTrust) {
      const auto carried = warped(last_held_, backward);
      held = at::lerp(painting, carried, strength_ * trust);
      before_ += weighted_difference(painting, warped(last_painting_, backward), trust);
      after_ += weighted_difference(held, carried, trust);
      frames_ += 1;
    }
  }
  last_photograph_ = photograph;
  last_painting_ = painting;
  last_held_ = held;
  return held;
}

}  // namespace inkstone::transform
