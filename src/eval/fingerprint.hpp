// A short number that tells whether data or weights are still what they were: FNV-1a, 64 bits. Against change, not against
// malice.
#pragma once

#include <string>

#include "core/files.hpp"
#include "data/dataset.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// 16 hexadecimal digits.
std::string fingerprint(Bytes bytes);

// Names, shapes and values of all tensors.
std::string fingerprint(const StateDict& weights);

// The number of pictures, and 64 of them at even distances with their labels.
std::string fingerprint(const Dataset& pictures);

}  // namespace inkstone
