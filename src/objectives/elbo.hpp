// The two terms of the evidence lower bound that a variational autoencoder maximises (Kingma and Welling, ICLR 2014), and its
// weighted form (Higgins et al., "beta-VAE", ICLR 2017): loss = -log p(x|z) + beta KL(q(z|x) || p(z)).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::objectives {

// KL(N(mean, exp(log_variance)) || N(0, 1)) in nats, summed over the code: [N,latent] -> [N].
at::Tensor kl_to_standard_normal(const at::Tensor& mean, const at::Tensor& log_variance);

// -log N(x; mean, exp(log_sigma)^2) in nats, summed over all but the batch: [N,...] -> [N]. log_sigma [] (or what broadcasts to
// x).
at::Tensor gaussian_negative_log_likelihood(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& log_sigma);

// mean + exp(log_variance / 2) e, the reparameterised draw from q(z|x).
at::Tensor reparameterise(const at::Tensor& mean, const at::Tensor& log_variance, const at::Tensor& e);

}  // namespace inkstone::objectives
