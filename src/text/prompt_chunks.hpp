// A prompt as what text encoders take: chunks of 75 tokens, each with its weight, and places where embeddings of one's own go in.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/clip_tokenizer.hpp"
#include "text/textual_inversion.hpp"

namespace inkstone {

struct Insertion {
  std::int64_t at;    // of the first of its tokens in the chunk
  std::size_t which;  // of the inversions given
};

struct PromptChunk {
  std::vector<std::int64_t> tokens;  // at most 75, without the marks; 0 where an embedding goes
  std::vector<float> weights;        // as many
  std::vector<Insertion> insertions;
};

struct ChunkOptions {
  std::int64_t length = 75;  // tokens of a chunk
  // A chunk that is full ends at its last comma instead, if that is at most so many tokens back, so that a phrase stays whole; 0:
  // never.
  std::int64_t comma_backtrack = 20;
  bool weights = true;  // read emphasis and BREAK (text/prompt_weights.hpp); else all is text
};

// At least one chunk. An embedding is called by any of its names, the longest in tokens first. Throws bad_argument (too long).
std::vector<PromptChunk> chunk_prompt(std::string_view prompt, const ClipTokenizer& tokenizer,
                                      const std::vector<TextualInversion>& inversions = {}, const ChunkOptions& options = {});

}  // namespace inkstone
