#include "models/perceptual/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(perceptual, "perceptual/perceptual.safetensors");

namespace inkstone {

Bytes embedded_weights() {
  return INKSTONE_EMBEDDED(perceptual);
}

}  // namespace inkstone
