#include "transform/steady.hpp"

#include <ATen/ATen.h>

#include "transform/optical_flow.hpp"

namespace inkstone::transform {
namespace {

constexpr double kLeastTrust = 0.15;  // mean confidence under which a frame is the first of another scene

double weighted_difference(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weight) {
  return 255 * ((a - b).abs().mean(1, true) * weight).sum().item<double>() / (weight.sum().item<double>() + 1e-6);
}

}  // namespace

std::optional<Carried> Steady::carry(const at::Tensor& photograph) const {
  const at::NoGradGuard no_gradients;
  const auto& last = memory_.photograph;
  if (!last.defined() || last.sizes() != photograph.sizes()) return std::nullopt;
  const auto backward = optical_flow(last, photograph), forward = optical_flow(photograph, last);
  const auto trust = flow_confidence(last, photograph, backward, forward);
  if (trust.mean().item<double>() <= kLeastTrust) return std::nullopt;
  return Carried{warped(memory_.held, backward), trust, backward};
}

at::Tensor Steady::hold(const at::Tensor& photograph, const at::Tensor& painting, const std::optional<Carried>& carried) {
  const at::NoGradGuard no_gradients;
  auto held = painting;
  if (carried) {
    held = at::lerp(painting, carried->picture, strength_ * carried->trust);
    memory_.before += weighted_difference(painting, warped(memory_.painting, carried->flow), carried->trust);
    memory_.after += weighted_difference(held, carried->picture, carried->trust);
    memory_.frames += 1;
  }
  memory_.photograph = photograph;
  memory_.painting = painting;
  memory_.held = held;
  return held;
}

}  // namespace inkstone::transform
