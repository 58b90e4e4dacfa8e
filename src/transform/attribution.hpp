// Which parts of a picture speak for a class: heat maps over a network with classes, by four methods.
//
//   Grad-CAM (Selvaraju et al., ICCV 2017): the last convolutional layer, weighted by how much the class leans on each channel.
//
//   Integrated gradients (Sundararajan, Taly and Yan, ICML 2017): every pixel's share, which add up to the whole.
//
//   Smooth gradients (Smilkov et al. 2017): the plain gradient, mean over noisy copies.
//
//   Occlusion (Zeiler and Fergus, ECCV 2014): what is lost where a grey patch covers the picture.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "models/features/feature_network.hpp"

namespace inkstone::transform {

// All take a picture [1,3,H,W] float32 in [0,1] and a class of the network; values are logits, before the softmax.

// relu(sum_k a_k A_k), A the layer's features and a_k the mean over positions of d logit / d A_k: [1,1,h,w], not negative. layer
// empty: the last before the classifier's mean.
at::Tensor grad_cam(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, const std::string& layer = "");

struct IntegratedGradients {
  at::Tensor shares;                     // [1,3,H,W]; their sum is value - baseline_value up to the error of the sum over steps
  double value = 0, baseline_value = 0;  // the logit of the picture, and of the baseline
  bool stopped = false;
};

// (x - x0) times the mean of d logit / d x along the straight line from x0 to x. Midpoint rule over u with the place t = u^2 on
// the line: a network wakes up near a black or blurred x0, where its slope is a hundred times what it is later. baseline like
// picture.
IntegratedGradients integrated_gradients(const FeatureNetwork& network, const at::Tensor& picture, const at::Tensor& baseline,
                                         int64_t class_index, int64_t steps, Observer& observer);

// |d logit / d x|, largest over channels, mean over `steps` copies with Gaussian noise of 0.15: [1,1,H,W].
at::Tensor smooth_gradients(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, int64_t steps,
                            uint64_t seed, Observer& observer);

// How much the class's probability falls where a patch covers that place: [1,1,grid,grid], negative where it rises.
at::Tensor occlusion(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, int64_t grid,
                     Observer& observer);

}  // namespace inkstone::transform
