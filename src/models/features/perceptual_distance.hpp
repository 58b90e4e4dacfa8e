// How different two pictures look to a network, as a function that can be differentiated: features of each place brought to
// length 1, their squared differences weighted by channel and summed (Zhang et al., "The unreasonable effectiveness of deep
// features as a perceptual metric", CVPR 2018). With people's weights it is LPIPS; the embedded network gives an unweighted
// distance of the same form.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

class PerceptualDistance {
 public:
  // Of rgb [N,3,H,W] in [0,1] the outputs [N,C,h,w] of the layers that are compared.
  using Taps = std::function<std::vector<at::Tensor>(const at::Tensor& rgb)>;
  // weights: [1,C,1,1] per layer, or none; factor: of the sum over layers.
  PerceptualDistance(Taps taps, std::vector<at::Tensor> weights, double factor);

  // pictures float32 [N,C,H,W] in [0,1], C = 1 or 3 -> what the network makes of them, a layer each. What is compared again and
  // again is looked at once.
  std::vector<at::Tensor> look(const at::Tensor& pictures) const;
  // Of two such, [N]; 0 for equal pictures.
  at::Tensor between(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) const;

 private:
  Taps taps_;
  std::vector<at::Tensor> weights_;
  double factor_;
};

// network: weights of torchvision's VGG16 or AlexNet; linear: LPIPS v0.1's file of the same network (catalogue: lpips-vgg,
// lpips-alex). Throws unsupported where the two are no such pair, corrupt_file.
PerceptualDistance lpips_distance(const StateDict& network, const StateDict& linear);

// 1 - cosine between the features of a place, mean over places and layers. Throws bad_argument for a layer that there is not.
PerceptualDistance perceptual_distance(FeatureNetwork network, std::vector<std::string> layers);
// Of the embedded network, layers relu1_2 to relu4_3.
PerceptualDistance perceptual_distance();

}  // namespace inkstone
