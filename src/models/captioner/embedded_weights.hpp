// The bytes of assets/captioner/captioner.safetensors, in the program's read-only data.
#pragma once

#include "core/files.hpp"

namespace inkstone::captioner {

Bytes embedded_captioner();

}  // namespace inkstone::captioner
