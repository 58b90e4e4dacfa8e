#include "models/srvgg/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(super_resolution_x2, "enhancers/super-resolution-x2.safetensors");
INKSTONE_EMBED(restorer, "enhancers/restorer.safetensors");

namespace inkstone {

Bytes embedded_enhancer(const std::string& name) {
  if (name == "super-resolution-x2") return INKSTONE_EMBEDDED(super_resolution_x2);
  return name == "restorer" ? INKSTONE_EMBEDDED(restorer) : Bytes();
}

}  // namespace inkstone
