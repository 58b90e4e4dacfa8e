#include "text/embedded_merges.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(clip_merges, "clip/bpe_simple_vocab_16e6.txt.gz");

namespace inkstone {

Bytes embedded_clip_merges() {
  return INKSTONE_EMBEDDED(clip_merges);
}

}  // namespace inkstone
