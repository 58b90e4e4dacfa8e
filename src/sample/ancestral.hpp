// Ancestral sampling (Ho et al. 2020, algorithm 2): every step draws from the posterior q(x_s | x_t, x0) with x0 as denoised.
// With fewer steps than the process has, the posterior of the longer stride (Nichol and Dhariwal 2021).
#pragma once

#include <vector>

#include "inkstone/observer.hpp"
#include "sample/denoiser.hpp"
#include "sample/picture_noise.hpp"

namespace inkstone {

enum class Variance {
  beta,       // beta of the step
  posterior,  // beta (1 - alpha_bar_s) / (1 - alpha_bar_t)
  learned,    // between the two, as the denoiser says
};

// x = x0 + sigmas[0] epsilon, float32 [N,C,H,W]; sigmas fall and end with 0. Stopped by the observer, returns the picture as far
// as it is denoised.
at::Tensor ancestral(const Denoiser& denoiser, at::Tensor x, const std::vector<double>& sigmas, const Condition& condition,
                     Variance variance, PictureNoise& noise, Observer& observer);

}  // namespace inkstone
