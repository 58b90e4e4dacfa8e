#include "models/captioner/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(captioner, "captioner/captioner.safetensors");

namespace inkstone::captioner {

Bytes embedded_captioner() {
  return INKSTONE_EMBEDDED(captioner);
}

}  // namespace inkstone::captioner
