// Losses of denoising diffusion, one value per picture [N], in the papers' symbols: the simple loss of Ho et al. 2020 with the
// weights of Hang et al. 2023 (min-SNR), the variational bound that teaches a variance (Nichol and Dhariwal 2021), and EDM's
// (Karras et al. 2022).
#pragma once

#include <ATen/core/Tensor.h>

#include "models/diffusion/parameterisation.hpp"

namespace inkstone::objectives {

// A float64 [N] beside pictures [N,C,H,W].
at::Tensor beside(const at::Tensor& per_picture);

// x_t of x0 [N,C,H,W] at alpha_bar float64 [N], with epsilon standard normal.
at::Tensor q_sample(const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar);

// Mean over each picture of (a - b)^2, float32 [N].
at::Tensor squared_error(const at::Tensor& a, const at::Tensor& b);

// Weights [N] on squared_error(output, target) that make the loss min(SNR, gamma) |x0 - x0_hat|^2 for what the network predicts,
// with SNR = alpha_bar / (1 - alpha_bar). For epsilon: min(SNR, gamma) / SNR.
at::Tensor min_snr_weight(Prediction prediction, const at::Tensor& alpha_bar, double gamma = 5);

// One step t -> s of the process: alpha_bar float64 [N] before (t) and after (s; 1 for the last).
struct Stride {
  at::Tensor bar_t, bar_s;
};

// The bound's term of this step, bits per dimension [N]: KL(q(x_s | x_t, x0) || p(x_s | x_t)), and -log2 p(x0 | x_1) over 256
// levels where s is the end. x0_hat: the network's; its gradient is not stopped here. variance: in [0,1], as in
// Denoised::variance.
at::Tensor variational_bits(const at::Tensor& x0, const at::Tensor& x_t, const at::Tensor& x0_hat, const at::Tensor& variance,
                            const Stride& stride);

// L_hybrid = L_simple + L_vlb T / 1000 in bits, as improved-diffusion trains: the bound teaches the variance alone, so x0_hat is
// held.
at::Tensor hybrid(const at::Tensor& simple, const at::Tensor& bits, int64_t steps);

// lambda(sigma) |D - x0|^2 per value, lambda = (sigma^2 + sigma_data^2) / (sigma sigma_data)^2; sigma float [N].
at::Tensor edm_loss(const at::Tensor& denoised, const at::Tensor& x0, const at::Tensor& sigma, double sigma_data);

// ln sigma ~ N(-1.2, 1.2^2) from standard normal [N].
at::Tensor edm_sigmas(const at::Tensor& normal, double mean = -1.2, double deviation = 1.2);

// Flow matching, x_t = (1 - t) x0 + t epsilon: t float32 [N] in (0,1), logit-normal (Esser et al. 2024), from standard normal
// [N].
at::Tensor flow_times(const at::Tensor& normal, double mean, double deviation);

// The squared error of the velocity that x0_hat comes to, |x0_hat - x0|^2 / max(t, least)^2 (Li and He 2025): float32 [N].
at::Tensor flow_loss(const at::Tensor& x0_hat, const at::Tensor& x0, const at::Tensor& t, double least = 0.05);

}  // namespace inkstone::objectives
