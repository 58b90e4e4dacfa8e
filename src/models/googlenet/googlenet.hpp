// GoogLeNet with its classes (Szegedy et al., "Going deeper with convolutions", CVPR 2015), the network that DeepDream was made
// with: the first one as Caffe keeps it, and torchvision's with batch normalisation. For looking alone: normalisation is folded
// away.
#pragma once

#include <cstdint>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Stages under Caffe's names, rectified: conv1/7x7_s2, pool1/3x3_s2, conv2/3x3_reduce, conv2/3x3, pool2/3x3_s2, then
// inception_3a/1x1, /3x3_reduce, /3x3, /5x5_reduce, /5x5, /pool, /pool_proj, /output to inception_5b/output, pool5/7x7_s1,
// logits. What comes before a rectifier is called .../linear.
//   inception3a.branch1.conv.weight   torchvision: RGB in -1 to 1, 3x3 where the paper has 5x5
//   inception_3a/1x1.0                bvlc_googlenet.caffemodel: BGR 0-255 minus 104, 117, 123, with response normalisation
// Auxiliary classifiers are left out. Throws corrupt_file where tensors are missing or do not fit.
FeatureNetwork make_googlenet(const StateDict& weights);

// The weights' names are those of a GoogLeNet.
bool holds_googlenet(const StateDict& weights);

// torchvision's GoogLeNet with random weights, for tests and timing. One generator; convolutions in the order of the stages
// above, [O,I,k,k] ~ N(0, 2 / (I k k)), each followed by its normalisation: weight ~ N(1, 0.01), bias ~ N(0, 0.01), running_mean
// ~ N(0, 0.01), running_var ~ U(0.5, 1.5); then fc.weight ~ N(0, 1 / 1024); fc.bias is zero.
StateDict random_googlenet_weights(uint64_t seed);

}  // namespace inkstone
