// The bytes of assets/enhancers/*.safetensors, in the program's read-only data.
#pragma once

#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

std::vector<std::string> embedded_enhancer_names();

// Empty where there is none of this name.
Bytes embedded_enhancer(const std::string& name);

}  // namespace inkstone
