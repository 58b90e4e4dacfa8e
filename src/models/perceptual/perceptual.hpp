// The feature network inside the program: a compact stand-in for VGG19, distilled by families/perceptual, so that neural style
// transfer works without a download. docs/perceptual.md says how it was made and how far it can be trusted.
#pragma once

#include <filesystem>

#include "models/features/feature_network.hpp"

namespace inkstone {

// Layers relu1_1 to relu3_4 in the channels of the true VGG19 (64, 128 and 256), then relu4_1, relu4_2, relu4_3 and relu5_1 in
// 128 channels each, those of VGG19-16x. Caffe's preprocessing, like its teachers. Float32; the first call unpacks about 1 MB.
FeatureNetwork embedded_network();

// The VGG of this file of weights; empty: the embedded one. Throws what load_weights and make_vgg throw.
FeatureNetwork perceptual_network(const std::filesystem::path& file);

}  // namespace inkstone
