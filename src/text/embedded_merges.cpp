#include "text/embedded_merges.hpp"

// The assembler copies the file: a literal of its size would cost the compiler minutes.
asm(".pushsection .rodata\n"
    "inkstone_clip_merges_begin:\n"
    ".incbin \"" INKSTONE_CLIP_MERGES
    "\"\n"
    "inkstone_clip_merges_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern const std::byte clip_merges_begin[] asm("inkstone_clip_merges_begin");
extern const std::byte clip_merges_end[] asm("inkstone_clip_merges_end");

namespace inkstone {

Bytes embedded_clip_merges() {
  return {clip_merges_begin, clip_merges_end};
}

}  // namespace inkstone
