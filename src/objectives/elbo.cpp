#include "objectives/elbo.hpp"

#include <cmath>

#include <ATen/ATen.h>

namespace inkstone::objectives {

at::Tensor kl_to_standard_normal(const at::Tensor& mean, const at::Tensor& log_variance) {
  return 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum(1);
}

at::Tensor gaussian_negative_log_likelihood(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& log_sigma) {
  const double constant = 0.5 * std::log(2 * M_PI);
  return (0.5 * ((x - mean) / log_sigma.exp()).square() + log_sigma + constant).flatten(1).sum(1);
}

at::Tensor reparameterise(const at::Tensor& mean, const at::Tensor& log_variance, const at::Tensor& e) {
  return mean + (0.5 * log_variance).exp() * e;
}

}  // namespace inkstone::objectives
