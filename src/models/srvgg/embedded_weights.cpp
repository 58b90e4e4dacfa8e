#include "models/srvgg/embedded_weights.hpp"

// The assembler copies the file, as in perceptual/embedded_weights.cpp.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    "inkstone_super_resolution_x2_begin:\n"
    ".incbin \"" INKSTONE_ENHANCERS
    "/super-resolution-x2.safetensors\"\n"
    "inkstone_super_resolution_x2_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern const std::byte super_resolution_x2_begin[] asm("inkstone_super_resolution_x2_begin");
extern const std::byte super_resolution_x2_end[] asm("inkstone_super_resolution_x2_end");

namespace inkstone {

std::vector<std::string> embedded_enhancer_names() { return {"super-resolution-x2"}; }

Bytes embedded_enhancer(const std::string& name) {
  if (name == "super-resolution-x2") return {super_resolution_x2_begin, super_resolution_x2_end};
  return {};
}

}  // namespace inkstone
