// How much of a painted picture is the painting's doing and how much the photograph's, place by place and layer by layer: what
// each loss of neural style gained or paid on the straight way from the photograph p to the picture y, shared out among the
// pixels by integrated gradients (Sundararajan, Taly and Yan, ICML 2017): share = (y - p) * mean over the way of dL/dx. The
// shares of a layer add up to L(y) - L(p).
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "dream/neural_style.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::dream {

struct LayerContribution {
  std::string layer;
  bool style = false;                        // of the style loss, else of the content loss
  double at_photograph = 0, at_picture = 0;  // the loss with its weights
  at::Tensor shares;                         // [1,1,H,W]: of at_picture - at_photograph
};

struct StyleContribution {
  std::vector<LayerContribution> layers;  // style layers, then content layers
  std::int64_t steps = 0;                 // evaluations
  bool stopped = false;                   // the observer asked: layers are those that were finished
};

// picture [1,3,H,W] in [0,1], made from pictures.content of the same size in the style of pictures.styles by whatever means;
// weights and layers as in request. steps: points along the way. Blocks; reports every evaluation. Throws bad_argument,
// unsupported as neural_style does.
StyleContribution style_contribution(const FeatureNetwork& network, const NeuralStylePictures& pictures,
                                     const at::Tensor& picture, const StylizeRequest& request, std::int64_t steps,
                                     Observer& observer);

}  // namespace inkstone::dream
