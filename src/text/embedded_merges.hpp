// The bytes of assets/clip/bpe_simple_vocab_16e6.txt.gz, in the program's read-only data.
#pragma once

#include "core/files.hpp"

namespace inkstone {

Bytes embedded_clip_merges();

}  // namespace inkstone
