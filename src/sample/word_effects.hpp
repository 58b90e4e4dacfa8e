// What a word does in a picture, asked of the network itself: at the same noisy picture, how does its answer change where the
// prompt lacks the word? Attention says what was looked at; this says what came of it, also where the text encoder has spread a
// word's meaning over its neighbours.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nn/attention_listener.hpp"
#include "sample/denoiser.hpp"

namespace inkstone {

// The prompt without each of its words in turn, the others by blanks.
std::vector<std::string> without_each_word(const std::vector<nn::TokenSpan>& words);

// Answers as `inner` does. At every so manyth question `silent`, the same network that nobody listens to, is asked again with
// each row of `without`, for the first picture of the batch, and listener.hear_effects is told the distances of its answers from
// the first row of inner's, float32 [words,H,W]. Keeps references.
std::unique_ptr<Denoiser> probed(const Denoiser& inner, const Denoiser& silent, Condition without,
                                 nn::AttentionListener& listener);

}  // namespace inkstone
