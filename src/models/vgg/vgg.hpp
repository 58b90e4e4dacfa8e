// VGG16 and VGG19 without their classifier (Simonyan and Zisserman, "Very deep convolutional networks for large-scale
// image recognition", ICLR 2015), from any file they are published in.
#pragma once

#include <cstdint>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Stages conv1_1, relu1_1, ..., pool1, ... as far as the file goes: files that stop early (no top, or up to conv3_4) give
// a shorter network. The layout is recognised by tensor names:
//   features.N.weight                torchvision; N tells where the poolings are; RGB with torchvision's mean and deviation
//   blockB_convC/.../kernel          Keras, tf.js, .h5 (also "notop"), [k,k,I,O] or [O,I,k,k]; Caffe's BGR 0-255 minus means
//   blockB_convC_W_1:0               the same as Keras 1 named them
//   convB_C                          Caffe; BGR likewise
//   convBC with conv0                Collaborative Distillation's 16x smaller VGG19 (Wang et al., CVPR 2020). It was trained with
//                                    reflection padding; here it is padded with zeros, so features near the border differ
//   inkstone.stages in the metadata  our own export (network_file.hpp): everything is said there
// Metadata "preprocessing" = "torchvision" or "caffe" overrides the guess (jcjohnson's .pth has torchvision's names but
// Caffe's pictures). Throws corrupt_file (missing or misshapen tensors) and unsupported (batch norm, no VGG at all).
FeatureNetwork make_vgg(const StateDict& weights);

// VGG19's shape with He-normal weights, for tests and benchmarks without a download; Caffe's preprocessing. Layers in order
// conv1_1 ... conv5_4, each weight [O,I,3,3] ~ N(0, 2 / (9 I)) from one generator; every bias is zero. The same numbers as
//     g = torch.Generator().manual_seed(seed)
//     torch.empty(O, I, 3, 3).normal_(0, (2 / (9 * I)) ** 0.5, generator=g)     # layer after layer
FeatureNetwork random_vgg19(uint64_t seed);

}  // namespace inkstone
