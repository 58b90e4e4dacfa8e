// From a file's tensors to the network that they are the weights of, whichever of the families with named layers it is.
#pragma once

#include "models/features/feature_network.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// VGG (and our own export), ResNet, GoogLeNet. Throws unsupported where the names are those of none, and what the family's reader
// throws.
FeatureNetwork make_feature_network(const StateDict& weights);

}  // namespace inkstone
