// Neural style transfer by optimisation of the picture (Gatys, Ecker and Bethge, "Image style transfer using
// convolutional neural networks", CVPR 2016), coarse to fine, for pictures of any size.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "inkstone/stylize_request.hpp"
#include "models/features/feature_network.hpp"

namespace inkstone {

// All float32, CPU, values in [0,1].
struct NeuralStylePictures {
  at::Tensor content;              // [1,3,H,W] at the size of the result
  std::vector<at::Tensor> styles;  // [1,3,h,w] each, scaled as --style-scale asks for the full size
  std::vector<at::Tensor> masks;   // none, or one [1,1,H,W] per style: where it goes
  at::Tensor init;                 // [1,3,H,W] to start from, when --init names a picture; else undefined
  // Of a film: the painting of the frame before, where it is by now, and how certain that is, [1,1,H,W]. Beside the other losses
  // weight * sum trust (x - picture)^2 / sum picture^2 (the temporal loss of Ruder et al. 2016). With one level only.
  struct Before {
    at::Tensor picture, trust;
    double weight = 0;
  } before;
};

struct NeuralStyleResult {
  at::Tensor picture;  // [1,3,H,W], not clamped
  int64_t steps = 0;
  bool stopped = false;  // the observer asked; picture is what there was, at the size of the result
  double content_loss = 0, style_loss = 0, tv_loss = 0;  // unweighted, of the last step
};

// Fills the options a preset stands for, but for those in given (names as in for_each_field). Throws bad_argument.
void apply_preset(StylizeRequest& request, const std::set<std::string>& given);

// Blocks until done or stopped; reports every step. Deterministic for equal inputs on one machine.
// Throws bad_argument (layer or mask mismatch), unsupported, out_of_memory.
NeuralStyleResult neural_style(const FeatureNetwork& network, const NeuralStylePictures& pictures, const StylizeRequest& request,
                               Observer& observer);

}  // namespace inkstone
