// The three ways in which published networks want their pictures.
#pragma once

#include "models/features/feature_network.hpp"

namespace inkstone {

// BGR in 0 to 255 minus these means, in the order of BGR: Caffe and Keras's first networks.
void set_caffe_preprocessing(FeatureNetwork& network, std::array<float, 3> mean = {103.939f, 116.779f, 123.68f});

// (rgb - mean) / deviation of ImageNet, as torchvision documents it.
void set_torchvision_preprocessing(FeatureNetwork& network);

// RGB in -1 to 1: TensorFlow.
void set_symmetric_preprocessing(FeatureNetwork& network);

}  // namespace inkstone
