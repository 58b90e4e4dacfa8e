// A feature network as named tensors with text beside them, and back: what the embedded network is stored as, and what
// any other tool can read as plain safetensors.
#pragma once

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Tensors "<conv stage>.weight" and ".bias". Metadata: inkstone.network (its name), inkstone.stages (the names of all stages
// in order; relu... and pool... are what they say, every other is a convolution), inkstone.order, .scale, .mean (three numbers
// each).
StateDict to_state_dict(const FeatureNetwork& network);

// True where the metadata is that of to_state_dict.
bool holds_feature_network(const StateDict& weights);

// Weights of any float type become float32. Throws corrupt_file where tensors are missing or do not fit one another.
FeatureNetwork to_feature_network(const StateDict& weights);

// Throws corrupt_file unless every convolution takes the channels that the one before gives (the first: 3) and has an
// odd, square kernel and a bias of its own width.
void check_feature_network(const FeatureNetwork& network);

}  // namespace inkstone
