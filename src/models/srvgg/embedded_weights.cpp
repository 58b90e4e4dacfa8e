#include "models/srvgg/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(super_resolution_x2, "enhancers/super-resolution-x2.safetensors");

namespace inkstone {

std::vector<std::string> embedded_enhancer_names() {
  return {"super-resolution-x2"};
}

Bytes embedded_enhancer(const std::string& name) {
  return name == "super-resolution-x2" ? INKSTONE_EMBEDDED(super_resolution_x2) : Bytes();
}

}  // namespace inkstone
