#include "models/diffusion/parameterisation.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

Prediction prediction_named(const std::string& name) {
  if (name == "eps") return Prediction::epsilon;
  if (name == "v") return Prediction::velocity;
  if (name == "x0") return Prediction::clean;
  if (name == "edm") return Prediction::edm;
  throw Error(ErrorCategory::bad_argument, fmt::format("no prediction is called '{}'; choose eps, v, x0 or edm", name));
}

namespace {

// Roots in float64, where 1 - alpha_bar keeps its digits; products in the dtype of the pictures.
struct Roots {
  at::Tensor signal, noise;
  Roots(const at::Tensor& alpha_bar, const at::Tensor& like)
      : signal(alpha_bar.sqrt().to(like.options())), noise((1 - alpha_bar).sqrt().to(like.options())) {}
};

}  // namespace

at::Tensor noised(const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar) {
  const Roots root(alpha_bar, x0);
  return root.signal * x0 + root.noise * epsilon;
}

at::Tensor target_of(Prediction prediction, const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar) {
  if (prediction == Prediction::epsilon) return epsilon;
  if (prediction != Prediction::velocity) return x0;
  const Roots root(alpha_bar, x0);
  return root.signal * epsilon - root.noise * x0;
}

at::Tensor clean_of(Prediction prediction, const at::Tensor& output, const at::Tensor& x_t, const at::Tensor& alpha_bar) {
  if (prediction != Prediction::epsilon && prediction != Prediction::velocity) return output;
  const Roots root(alpha_bar, x_t);
  if (prediction == Prediction::epsilon) return (x_t - root.noise * output) / root.signal;
  return root.signal * x_t - root.noise * output;
}

EdmScaling edm_scaling(const at::Tensor& sigma, double sigma_data) {
  const auto total = sigma.square() + sigma_data * sigma_data;
  return {sigma_data * sigma_data / total, sigma * sigma_data * total.rsqrt(), total.rsqrt(), sigma.log() * 250};
}

}  // namespace inkstone
