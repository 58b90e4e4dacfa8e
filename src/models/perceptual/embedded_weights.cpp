#include "models/perceptual/embedded_weights.hpp"

// The assembler copies the file; as C++ text it would take longer to compile than all else here.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    "inkstone_perceptual_begin:\n"
    ".incbin \"" INKSTONE_PERCEPTUAL_WEIGHTS
    "\"\n"
    "inkstone_perceptual_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern const std::byte begin[] asm("inkstone_perceptual_begin");
extern const std::byte end[] asm("inkstone_perceptual_end");

namespace inkstone {

Bytes embedded_weights() {
  return {begin, end};
}

}  // namespace inkstone
