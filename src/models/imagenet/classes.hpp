// What the networks that were trained on ImageNet (Deng et al., CVPR 2009; ILSVRC 2012) call what they see.
#pragma once

#include <string>
#include <vector>

#include "models/features/feature_network.hpp"

namespace inkstone {

// The thousand names in the order of the networks' outputs, as torchvision spells them (BSD-3-Clause).
std::vector<std::string> imagenet_classes();

// Names the outputs where there are a thousand, and says what size of pictures the network was trained on.
void set_imagenet_classes(FeatureNetwork& network);

// The class of this name or number; where several words are given any of a name's words in any case counts, if that is one class
// alone. Throws not_found, naming the nearest; unsupported for a network without classes.
int64_t class_of(const FeatureNetwork& network, const std::string& name);

struct Tag {
  int64_t index = 0;
  std::string name;
  double probability = 0;
};

// The square that the network was trained to see: the shorter side scaled to 8/7 of its side, its middle cut out. rgb [1,3,H,W]
// in [0,1] -> [1,3,side,side].
at::Tensor central_view(const FeatureNetwork& network, const at::Tensor& rgb);

// Probabilities [classes] of a picture of any size, float32: the mean over the central view and the whole picture squeezed to a
// square, which finds what stands at the edge of a wide one.
at::Tensor class_probabilities(const FeatureNetwork& network, const at::Tensor& rgb);

// The likeliest, in falling order.
std::vector<Tag> top_tags(const FeatureNetwork& network, const at::Tensor& probabilities, int64_t count);

}  // namespace inkstone
