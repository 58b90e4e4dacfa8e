// What a frozen feature network sees in pictures, differentiable in the pictures: what a network that paints is trained against.
// A straight network on the CPU goes through FeaturePass, in the precision of the run; others through autograd.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/features/feature_network.hpp"

namespace inkstone {

class FeaturePass;

class FrozenFeatures {
 public:
  // layers: in any order. Throws bad_argument for a layer that the network does not have.
  FrozenFeatures(FeatureNetwork network, const std::vector<std::string>& layers);

  // rgb [N,3,H,W] in [0,1] -> the outputs of the layers in their order, [N,C,h,w] in the precision of the run, differentiable
  // once in rgb. May be called again before the backward pass of an earlier call; not by two threads at a time.
  std::vector<at::Tensor> operator()(const at::Tensor& rgb) const;

 private:
  std::shared_ptr<FeaturePass> pass_in(at::ScalarType dtype) const;

  FeatureNetwork network_;
  std::vector<std::size_t> taps_;   // rising
  std::vector<std::size_t> order_;  // of each layer, its place among the taps
  mutable std::shared_ptr<FeaturePass> float_pass_, bfloat_pass_;
};

}  // namespace inkstone
