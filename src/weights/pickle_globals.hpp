// The names a pickle may import and what calling them builds: the whole of what a PyTorch file can make happen here.
#pragma once

#include <string>

#include "weights/pickle_node.hpp"

namespace inkstone::pickle {

// Throws unsupported, naming it, unless the name is on the list.
void require_allowed(const std::string& name);

// What name(*arguments) builds. Throws corrupt_file where the arguments do not fit.
Node call(const std::string& name, const Sequence& arguments);

// The persistent id ('storage', type, key, location, size[, view]) as a storage. Throws corrupt_file.
Storage storage_of(const Sequence& id);

}  // namespace inkstone::pickle
