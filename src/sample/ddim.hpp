// Denoising diffusion implicit models (Song, Meng and Ermon 2021): the same network in fewer steps, with as much noise as eta
// says.
#pragma once

#include <vector>

#include "inkstone/observer.hpp"
#include "sample/denoiser.hpp"
#include "sample/picture_noise.hpp"

namespace inkstone {

// x = x0 + sigmas[0] epsilon, float32 [N,C,H,W]; sigmas fall; where the last is not 0, some
// noise is left. eta 0: deterministic; 1: the variance of the
// posterior. Stopped by the observer, returns the picture as far as it is denoised.
at::Tensor ddim(const Denoiser& denoiser, at::Tensor x, const std::vector<double>& sigmas, const Condition& condition, double eta,
                PictureNoise& noise, Observer& observer);

}  // namespace inkstone
