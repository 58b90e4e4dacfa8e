// ResNet-50, 101 and 152 with their classes (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016),
// from Keras's and torchvision's files. For looking alone: batch normalisation is folded into the convolutions.
#pragma once

#include <cstdint>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Stages conv1 (rectified: conv1_relu), pool1, then per block of the paper (res2a to res5c) res2a_branch2a, ..2b, ..2c, each but
// the last with its rectified ..._relu, res2a_branch1 where the size changes, res2a_sum, res2a; pool5, logits.
//   res2a_branch2a/kernel, bn2a_branch2a/gamma   Keras 2, tf.js: strides in a block's first convolution, BGR 0-255 minus means
//   layer1.0.conv1.weight, layer1.0.bn1.weight   torchvision: strides in its second one, RGB with torchvision's mean and
//   deviation
// Throws unsupported for ResNet-18 and 34, corrupt_file where tensors are missing or do not fit.
FeatureNetwork make_resnet(const StateDict& weights);

// The weights' names are those of a ResNet.
bool holds_resnet(const StateDict& weights);

// torchvision's ResNet-50 with random weights, for tests and timing. One generator; convolutions [O,I,k,k] ~ N(0, 2 / (I k k)) in
// the order in which they run, a block's shortcut last, each followed by its normalisation: weight ~ N(1, 0.01), bias ~ N(0,
// 0.01), running_mean ~ N(0, 0.01), running_var ~ U(0.5, 1.5); then fc.weight ~ N(0, 1 / 2048); fc.bias is zero.
StateDict random_resnet50_weights(uint64_t seed);

}  // namespace inkstone
