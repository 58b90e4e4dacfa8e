// Two layouts of one network differ in the names of its parts: a table of prefixes carries names either way.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tensor/state_dict.hpp"

namespace inkstone::sd {

// Parts of a network without the last dot: {canonical, original}. A name is carried by the longest part that it lies in.
using NameMap = std::vector<std::pair<std::string, std::string>>;

enum class Direction { to_canonical, to_original };

// Every tensor under its other name. Names that no part covers stay as they are, for whoever fills the network to refuse. Throws
// corrupt_file where two tensors would get one name.
StateDict renamed(const StateDict& weights, const NameMap& map, Direction direction);

// The tensors below a prefix ("first_stage_model."), without it; and back.
StateDict part_of(const StateDict& weights, const std::string& prefix);
void add_part(StateDict& into, const std::string& prefix, const StateDict& part);

}  // namespace inkstone::sd
