// The tensors of an unpickled tree under dotted names, the way torch.nn names its parameters.
#pragma once

#include <map>
#include <string>

#include "weights/pickle_node.hpp"

namespace inkstone::pickle {

struct Harvest {
  std::map<std::string, const TensorView*> tensors;
  std::map<std::string, std::string> metadata;  // numbers and texts
};

// Throws corrupt_file for cycles, nesting deeper than 64 levels, and names that come twice.
Harvest harvest(const Tree& tree);

}  // namespace inkstone::pickle
