// A picture found again in the styles of a generator: the style is searched that paints what looks most like it (Karras et al.,
// "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020, appendix D; schedules as stylegan2-ada-pytorch's
// projector.py), in W, or with a style of its own for every layer in W+ (Abdal et al., ICCV 2019).
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "models/features/perceptual_distance.hpp"
#include "models/stylegan/directions.hpp"
#include "models/stylegan/generator.hpp"

namespace inkstone::dream {

struct ProjectionSettings {
  int64_t steps = 500;
  bool every_layer = false;  // W+
  double rate = 0.1;         // of Adam
  uint64_t seed = 0;
};

struct ProjectionResult {
  at::Tensor w;  // float32 [1,1,style], in W+ [1,styles,style]
  int64_t steps = 0;
  bool stopped = false;                     // the observer asked; w is what there was
  double first_distance = 0, distance = 0;  // of what the mean style and the found one paint, with the network's own grain
};

// target [1,C,H,W] in [-1,1], of the generator's size. Each layer's grain is searched beside the style and kept random, so that
// the style need not explain what is noise; then it is forgotten: the found style paints with the network's own. Deterministic
// for equal inputs on one machine. The generator's weights stay as they are.
ProjectionResult project(stylegan::Generator& generator, const at::Tensor& target, const PerceptualDistance& distance,
                         const stylegan::StyleSpread& spread, const ProjectionSettings& settings, Observer& observer);

// At t = step / steps, in [0,1): shares of the rate, rising over the first 1/20 and falling over the last quarter,
double projection_rate(double t);
// and of the styles' deviation that is added to the style as noise, 0.05 (1 - t / 0.75)^2.
double projection_noise(double t);

// How far grains [1,1,H,W] are from white: over each and its halves down to 8 rows, the squared mean products of neighbours.
at::Tensor grain_correlation(const std::vector<at::Tensor>& grains);

}  // namespace inkstone::dream
