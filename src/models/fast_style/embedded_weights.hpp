// The bytes of assets/styles/*.safetensors, in the program's read-only data.
#pragma once

#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

// Each named after the painting it learnt from.
std::vector<std::string> embedded_style_names();

// Empty where there is none of this name.
Bytes embedded_style(const std::string& name);

}  // namespace inkstone
