// The feature network inside the program: a compact stand-in for VGG19, distilled by families/perceptual, so that neural style
// transfer works without a download. docs/perceptual.md says how it was made and how far it can be trusted.
#pragma once

#include "models/features/feature_network.hpp"

namespace inkstone {

// Layers relu1_1, relu1_2, relu2_1, relu2_2, relu3_1, relu3_4 in the channels of the true VGG19 (64, 64, 128, 128, 256, 256), then relu4_1,
// relu4_2 and relu5_1 in 128 channels each, those of VGG19-16x. Caffe's preprocessing, like its teachers. Float32; the first
// call unpacks about 1 MB.
FeatureNetwork embedded_network();

}  // namespace inkstone
