#include "objectives/denoising.hpp"

#include <numbers>

#include <ATen/ATen.h>

namespace inkstone::objectives {
namespace {

at::Tensor mean_of(const at::Tensor& per_value) {
  return per_value.flatten(1).mean(1);
}

at::Tensor cast(const at::Tensor& coefficient, const at::Tensor& like) {
  return beside(coefficient).to(like.options());
}

at::Tensor normal_cdf(const at::Tensor& z) {
  return 0.5 * (1 + at::erf(z / std::numbers::sqrt2));
}

// KL between normals of one dimension, in nats.
at::Tensor normal_kl(const at::Tensor& mean_1, const at::Tensor& log_variance_1, const at::Tensor& mean_2,
                     const at::Tensor& log_variance_2) {
  return 0.5 * (log_variance_2 - log_variance_1 - 1 + (log_variance_1 - log_variance_2).exp() +
                (mean_1 - mean_2).square() * (-log_variance_2).exp());
}

// -log of the mass that a normal puts on the level of x among 256 in [-1,1]; the outermost levels take the tails.
at::Tensor discretised_nll(const at::Tensor& x, const at::Tensor& mean, const at::Tensor& log_variance) {
  const auto scale = (-0.5 * log_variance).exp();
  const auto above = normal_cdf((x - mean + 1.0 / 255) * scale), below = normal_cdf((x - mean - 1.0 / 255) * scale);
  const auto mass = at::where(x > 0.999, 1 - below, at::where(x < -0.999, above, above - below));
  return -mass.clamp_min(1e-12).log();
}

}  // namespace

at::Tensor beside(const at::Tensor& per_picture) {
  return per_picture.view({-1, 1, 1, 1});
}

at::Tensor q_sample(const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar) {
  return noised(x0, epsilon, beside(alpha_bar));
}

at::Tensor squared_error(const at::Tensor& a, const at::Tensor& b) {
  return mean_of((a.to(at::kFloat) - b.to(at::kFloat)).square());
}

at::Tensor min_snr_weight(Prediction prediction, const at::Tensor& alpha_bar, double gamma) {
  const auto snr = alpha_bar / (1 - alpha_bar), held = snr.clamp_max(gamma);
  if (prediction == Prediction::epsilon) return (held / snr).to(at::kFloat);
  if (prediction == Prediction::velocity) return (held / (snr + 1)).to(at::kFloat);
  return held.to(at::kFloat);
}

at::Tensor variational_bits(const at::Tensor& x0, const at::Tensor& x_t, const at::Tensor& x0_hat, const at::Tensor& variance,
                            const Stride& stride) {
  const auto &bar_t = stride.bar_t, &bar_s = stride.bar_s;
  const auto alpha = bar_t / bar_s, beta = 1 - alpha;
  const auto posterior = beta * (1 - bar_s) / (1 - bar_t);
  // the last step's posterior has no variance: there beta stands at both ends, and the likelihood is what counts
  const auto log_beta = cast(beta.log(), x0), log_posterior = cast(at::where(posterior > 0, posterior, beta).log(), x0);
  const auto on_x0 = cast(bar_s.sqrt() * beta / (1 - bar_t), x0), on_x_t = cast(alpha.sqrt() * (1 - bar_s) / (1 - bar_t), x0);
  const auto log_variance = variance * log_beta + (1 - variance) * log_posterior;
  const auto mean = on_x0 * x0_hat + on_x_t * x_t;
  const auto divergence = mean_of(normal_kl(on_x0 * x0 + on_x_t * x_t, log_posterior, mean, log_variance));
  const auto likelihood = mean_of(discretised_nll(x0, mean, log_variance));
  return at::where(bar_s.to(x0.device()) < 1, divergence, likelihood) / std::numbers::ln2;
}

at::Tensor hybrid(const at::Tensor& simple, const at::Tensor& bits, int64_t steps) {
  return simple + bits * (static_cast<double>(steps) / 1000);
}

at::Tensor edm_loss(const at::Tensor& denoised, const at::Tensor& x0, const at::Tensor& sigma, double sigma_data) {
  const auto weight = (sigma.square() + sigma_data * sigma_data) / (sigma * sigma_data).square();
  return weight.to(at::kFloat) * squared_error(denoised, x0);
}

at::Tensor edm_sigmas(const at::Tensor& normal, double mean, double deviation) {
  return (normal * deviation + mean).exp();
}

at::Tensor flow_times(const at::Tensor& normal, double mean, double deviation) {
  return at::sigmoid(normal * deviation + mean);
}

at::Tensor flow_loss(const at::Tensor& x0_hat, const at::Tensor& x0, const at::Tensor& t, double least) {
  return squared_error(x0_hat, x0) / t.clamp_min(least).square();
}

}  // namespace inkstone::objectives
