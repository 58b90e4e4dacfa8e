// Which tokens of a prompt are which word: for whoever shows what a picture looked at.
#pragma once

#include <vector>

#include "nn/attention_listener.hpp"
#include "text/prompt_chunks.hpp"

namespace inkstone {

// Words in order, with their places in a context of 77 tokens to a chunk (the first of which is the mark of the start). A word of
// several tokens is one span, an embedding of one's own another under its name; punctuation alone is none.
std::vector<nn::TokenSpan> word_spans(const std::vector<PromptChunk>& chunks, const ClipTokenizer& tokenizer,
                                      const std::vector<TextualInversion>& inversions = {});

}  // namespace inkstone
