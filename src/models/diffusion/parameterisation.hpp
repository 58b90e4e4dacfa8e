// What the output of a diffusion network means: shared by the losses that train it and the denoisers that paint with it.
//
// A variance-preserving process has x_t = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) epsilon (Ho et al. 2020). The network says
// epsilon, or v = sqrt(alpha_bar) epsilon - sqrt(1 - alpha_bar) x0 (Salimans and Ho 2022), or x0. Karras et al. 2022 (EDM) scale
// instead.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

enum class Prediction { epsilon, velocity, clean, edm };

// "eps", "v", "x0", "edm". Throws bad_argument.
Prediction prediction_named(const std::string& name);

// q(x_t | x_0): sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) epsilon. alpha_bar here and below: float64, broadcasts against x0
// ([N,1,1,1]).
at::Tensor noised(const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar);

// What the network ought to say. Not for edm.
at::Tensor target_of(Prediction prediction, const at::Tensor& x0, const at::Tensor& epsilon, const at::Tensor& alpha_bar);

// x0 as the network's output has it, at x_t. Not for edm.
at::Tensor clean_of(Prediction prediction, const at::Tensor& output, const at::Tensor& x_t, const at::Tensor& alpha_bar);

// D(x; sigma) = skip x + out F(in x, noise), table 1 of Karras et al. 2022; tensors of sigma's shape.
struct EdmScaling {
  at::Tensor skip, out, in;
  at::Tensor time;  // c_noise = ln(sigma) / 4, times 1000: the range that the time embedding resolves
};
EdmScaling edm_scaling(const at::Tensor& sigma, double sigma_data);

}  // namespace inkstone
