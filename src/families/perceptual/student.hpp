// The embedded perceptual network while it is trained: VGG19's layers to relu3_4 at their full width, each expensive 3x3
// convolution factorised into 1x1 "mix" -> 3x3 "see" -> 1x1, low rank in between (Jaderberg, Vedaldi and Zisserman 2014, and
// Kim et al. 2016 on Tucker factors); beyond relu3_4 the narrow layers of VGG19-16x.
//
// It trains in units in which every supervised channel of the teacher has RMS 1, so that one learning rate suits all
// layers; rectifier and pooling commute with such scales, and finished() folds them into the weights.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::perceptual {

// A run of stages between two supervised layers; its last stage is the rectifier of the layer that the block is named after.
struct Block {
  std::string layer;                 // relu2_1
  std::vector<FeatureStage> stages;  // weights in training units, requiring gradients
};

// Per supervised layer, the RMS of each channel of the teacher's rectified features: float32 [C].
using ChannelScales = std::map<std::string, at::Tensor>;

class Student {
 public:
  // Random weights: N(0, 2 / fan-in) before a rectifier, N(0, 1 / fan-in) elsewhere; zero biases.
  Student(ChannelScales scales, const at::Generator& generator);

  const std::vector<Block>& blocks() const { return blocks_; }
  std::vector<at::Tensor> parameters() const;  // in a fixed order
  const at::Tensor& scale(const std::string& layer) const { return scales_.at(layer); }

  // One block on the training-unit output of the block before (the first: network input / kInputScale) -> its output
  // before the last rectifier.
  at::Tensor before_rectifier(const Block& block, at::Tensor x) const;

  // rgb [N,3,H,W] in [0,1] -> each block's output before its last rectifier.
  std::vector<at::Tensor> run(const at::Tensor& rgb) const;
  at::Tensor input(const at::Tensor& rgb) const;

  // The network in VGG19's units, as others use it (past relu3_4, where the teacher's are arbitrary: RMS 200); weights are
  // copies.
  FeatureNetwork finished() const;

 private:
  at::Tensor finished_scale(const std::string& layer) const;

  ChannelScales scales_;
  std::vector<Block> blocks_;
};

}  // namespace inkstone::perceptual
