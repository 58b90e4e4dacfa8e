// Guidance: asking a network two or three times, and going beyond what the condition changed. Every kind here is a sum of
// differences between estimates of x0, so it holds for any parameterisation.
#pragma once

#include <limits>
#include <memory>

#include "sample/denoiser.hpp"

namespace inkstone {

struct GuidanceOptions {
  // D(negative) + scale (D(positive) - D(negative)) (Ho and Salimans 2022). 1: the negative condition is never asked.
  double scale = 1;
  // Lin et al. 2023, section 3.4: in [0,1], how far the guided answer is brought back to the deviation of the positive one.
  // Measured on what the network says, which `prediction` names.
  double rescale = 0;
  Prediction prediction = Prediction::epsilon;
  // Dynamic thresholding (Saharia et al. 2022): above the quantile `threshold` of |x0| of a picture, at least 1, x0 is clipped
  // and scaled back to [-1,1]. 0: off; 0.995 is the paper's. For pictures, not for latents.
  double threshold = 0;
  // Guidance in an interval of noise (Kynkaanniemi et al. 2024): where sigma is outside (least_sigma, most_sigma], the positive
  // alone.
  double least_sigma = 0, most_sigma = std::numeric_limits<double>::infinity();
  // InstructPix2Pix (Brooks et al. 2023), equation 3, where above 0: the third answer knows neither text nor picture (concat is
  // zero), D(0,0) + image_scale (D(picture,0) - D(0,0)) + scale (D(picture,text) - D(picture,0)).
  double image_scale = 0;
  // Adds perturbed_scale (D(positive) - D(positive, perturbed)): perturbed-attention and skip-layer guidance.
  double perturbed_scale = 0;
  Perturbation perturbation = Perturbation::attention;
  std::vector<int64_t> layers = {};
};

// Answers with the guided estimate for the two conditions given here; the condition that a solver passes is not looked at. What
// can be asked together is one batch. Keeps a reference to the denoiser. Throws bad_argument where the options contradict
// themselves.
std::unique_ptr<Denoiser> guided(const Denoiser& denoiser, Condition positive, Condition negative,
                                 const GuidanceOptions& options);

}  // namespace inkstone
