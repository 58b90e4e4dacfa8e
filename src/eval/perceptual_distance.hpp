// How different two pictures look to a network. LPIPS weighs the channels of VGG16 or AlexNet as people judged (Zhang et al.,
// "The unreasonable effectiveness of deep features as a perceptual metric", CVPR 2018); its weights must be fetched. The network
// inside the program gives an unweighted distance of the same form, under its own name: its figures are not LPIPS.
#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// a, b: float32 [N,C,H,W] in [0,1], C = 1 or 3 -> float32 [N] on the CPU, 0 for equal pictures.
using PairDistance = std::function<at::Tensor(const at::Tensor& a, const at::Tensor& b)>;

// network: weights of torchvision's VGG16 or AlexNet; linear: LPIPS v0.1's file of the same network (catalogue: lpips-vgg,
// lpips-alex). Throws unsupported where the two are no such pair, corrupt_file.
PairDistance make_lpips(const StateDict& network, const StateDict& linear);

// 1 - cosine between the features of a place, mean over places and layers, in [0,1] for rectified layers.
PairDistance make_perceptual_distance(FeatureNetwork network, std::vector<std::string> layers);
// Of the embedded network, layers relu1_2 to relu4_3.
PairDistance make_perceptual_distance();

}  // namespace inkstone
