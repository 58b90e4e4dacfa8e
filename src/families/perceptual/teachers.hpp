// What the student learns from: the true VGG19 as far as it is at hand (to relu3_4), and VGG19-16x (Wang et al.,
// "Collaborative distillation for ultra-resolution universal style transfer", CVPR 2020) for the layers beyond.
#pragma once

#include <map>
#include <set>
#include <string>

#include <ATen/core/Tensor.h>

#include "models/features/feature_network.hpp"

namespace inkstone::perceptual {

class Teachers {
 public:
  // vgg19 must reach relu3_4, sixteenth relu5_1. Throws bad_argument.
  Teachers(const FeatureNetwork& vgg19, const FeatureNetwork& sixteenth);

  // rgb [N,3,H,W] in [0,1] -> features before the rectifier of relu1_1 to relu3_4 (true VGG19) and relu4_1, relu4_2, relu4_3,
  // relu5_1 (sixteenth), float32, channels-last. Computed in bfloat16 but for the first layer: their
  // rounding is a thousand times smaller in energy than what the student misses.
  std::map<std::string, at::Tensor> before_rectifiers(const at::Tensor& rgb) const;

 private:
  enum class Padding { zero, reflection };
  void collect(const FeatureNetwork& network, Padding padding, const std::set<std::string>& layers, const at::Tensor& rgb,
               std::map<std::string, at::Tensor>& found) const;

  FeatureNetwork vgg19_, sixteenth_;
};

}  // namespace inkstone::perceptual
