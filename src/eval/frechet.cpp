#include "eval/frechet.hpp"

#include <algorithm>
#include <tuple>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr double kNegligible = 1e-6;  // of the largest eigenvalue: what float32 features and rounding explain

// Eigenvalues of a covariance that are below zero by more than rounding say that it is none.
void check_semidefinite(const at::Tensor& eigenvalues, const char* what) {
  const double low = eigenvalues.min().item<double>(), high = eigenvalues.max().item<double>();
  if (low < -kNegligible * std::max(high, 1e-300))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is not positive semidefinite (eigenvalues from {:.3g} to {:.3g}); are the statistics damaged?",
                            what, low, high));
}

at::Tensor rooted(const at::Tensor& matrix) {
  const auto [values, vectors] = at::linalg_eigh(matrix);
  check_semidefinite(values, "the covariance");
  return at::mm(vectors * values.clamp_min(0).sqrt(), vectors.t());
}

}  // namespace

at::Tensor square_root(const at::Tensor& matrix) {
  const double size = std::max(matrix.norm().item<double>(), 1e-300);
  if ((matrix - matrix.t()).norm().item<double>() > kNegligible * size)
    throw Error(ErrorCategory::bad_argument, "the covariance is not symmetric; are the statistics damaged?");
  const auto root = rooted(matrix);
  const double error = (at::mm(root, root) - matrix).norm().item<double>() / size;
  if (!(error <= kNegligible))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("the covariance has no accurate square root (relative error {:.2g}); are the statistics damaged?", error));
  return root;
}

FrechetReference::FrechetReference(const Moments& moments)
    : count_(moments.count()), mean_(moments.mean()), covariance_(moments.covariance()), root_(square_root(covariance_)) {}

FrechetDistance FrechetReference::to(const Moments& moments) const {
  if (moments.mean().size(0) != mean_.size(0))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("features of {} and of {} numbers cannot be compared; use one feature network for both",
                            moments.mean().size(0), mean_.size(0)));
  const auto other = moments.covariance();
  auto product = at::mm(at::mm(root_, other), root_);
  product = (product + product.t()) / 2;
  const auto values = at::linalg_eigvalsh(product);
  check_semidefinite(values, "the product of the covariances");
  const double roots = values.clamp_min(0).sqrt().sum().item<double>();
  const double means = (mean_ - moments.mean()).square().sum().item<double>();
  const double distance = means + covariance_.trace().item<double>() + other.trace().item<double>() - 2 * roots;
  return {std::max(distance, 0.0), too_few_pictures(std::min(count_, moments.count()), mean_.size(0))};
}

std::string too_few_pictures(int64_t fewest, int64_t features) {
  if (fewest > features) return {};
  return fmt::format("{} pictures cannot fill {} features: the covariance is singular and FID too high; use at least {}", fewest,
                     features, 4 * features);
}

FrechetDistance frechet_distance(const Moments& a, const Moments& b) {
  return FrechetReference(b).to(a);
}

}  // namespace inkstone
