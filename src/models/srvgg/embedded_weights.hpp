// The bytes of assets/enhancers/*.safetensors, in the program's read-only data.
#pragma once

#include <string>

#include "core/files.hpp"

namespace inkstone {

// "super-resolution-x2" or "restorer"; empty where there is none of this name.
Bytes embedded_enhancer(const std::string& name);

}  // namespace inkstone
