// A picture made from nothing but what a network wants to see: a unit that is to fire, or the features of another picture that
// are to come out. Olah, Mordvintsev and Schubert, "Feature visualization" (Distill 2017); Mahendran and Vedaldi, "Understanding
// deep image representations by inverting them" (CVPR 2015).
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <ATen/core/Tensor.h>

#include "dream/dream_objective.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::dream {

struct VisualizationSettings {
  int64_t side = 320;  // of the square picture
  int64_t steps = 256;
  double learning_rate = 0.05;  // of Adam
  uint64_t seed = 0;
  bool transform = true;  // each step looks through a random shift, scale and turn: forms that survive it are no noise
};

struct Visualization {
  at::Tensor picture;  // [1,3,H,W] in [0,1]
  int64_t steps = 0;
  bool stopped = false;
  double first = 0, last = 0;  // the value of the first and the last step
};

// Picture [1,3,H,W] in [0,1] with gradients -> the value that shall rise, a scalar.
using PictureValue = std::function<at::Tensor(const at::Tensor& picture)>;

// The search. The picture is kept as Fourier coefficients divided by their frequency, in colours decorrelated over ImageNet's:
// steepest ascent there treats large and small forms, and all hues, alike. Deterministic for equal inputs on one machine.
Visualization visualize(const PictureValue& value, int64_t height, int64_t width, const VisualizationSettings& settings,
                        std::string_view stage, Observer& observer);

// What makes the target fire most: a channel's mean, or a layer's energy.
Visualization visualize_unit(const FeatureNetwork& network, const DreamTarget& target, const VisualizationSettings& settings,
                             Observer& observer);

// The picture that the layer cannot tell from this one [1,3,H,W] in [0,1]: minus |f(x) - f(x0)|^2 / |f(x0)|^2 rises. What the
// result lacks, the layer has forgotten.
Visualization reconstruct(const FeatureNetwork& network, const at::Tensor& picture, const std::string& layer,
                          const VisualizationSettings& settings, Observer& observer);

}  // namespace inkstone::dream
