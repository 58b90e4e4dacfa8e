// What a picture shows and where, as one vector: for finding the picture that another was copied from. The embedded perceptual
// network's features on a coarse grid, with colours on a finer one; two pictures with the same things in the same places lie
// close, whatever their pixels.
#pragma once

#include <memory>

#include "eval/feature_extractor.hpp"

namespace inkstone {

// Vectors of length one: distances go from 0 to 2. Pictures of any size and shape are looked at as 64x64. Name:
// "inkstone-perceptual/1".
std::unique_ptr<FeatureExtractor> make_perceptual_extractor();

}  // namespace inkstone
