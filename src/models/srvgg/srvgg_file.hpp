// Compact networks as files: the published ones of Real-ESRGAN, and what `inkstone train` makes of the family `enhancer`.
#pragma once

#include "models/srvgg/srvgg.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

bool is_srvgg(const StateDict& weights);

// Of a published file features, depth and scale are told by the shapes, prelu by its slopes; ours say all of it themselves. In
// evaluation mode. Throws unsupported where the tensors are of another network, corrupt_file where they are missing or of another
// shape.
SrvggNet make_srvgg(const StateDict& weights);

}  // namespace inkstone
