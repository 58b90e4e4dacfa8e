// The bytes of assets/perceptual/perceptual.safetensors, in the program's read-only data.
#pragma once

#include "core/files.hpp"

namespace inkstone {

Bytes embedded_weights();

}  // namespace inkstone
