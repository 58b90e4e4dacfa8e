// A trained captioner with what is needed to use it: a picture in, a sentence in the language that is asked for out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/captioner/network.hpp"
#include "text/word_tokens.hpp"

namespace inkstone::captioner {

enum class Language { english, chinese };

// Chinese where a Chinese character is in it.
Language language_of(std::string_view text);

// The token that asks for a caption in the language.
int64_t start_of(Language language, const CaptionerConfig& config);

struct Caption {
  std::string text;
  double probability = 0;  // of this very sentence, as the network has it, among all in its language
};

struct Captioner {
  Network network{nullptr};  // float32, in evaluation mode
  WordTokens tokens;

  // picture float32 [1,C,H,W] in [-1,1], of the sides and channels of network->config(). Greedy with one beam.
  Caption say(const at::Tensor& picture, Language language, int64_t beams = 4);
};

}  // namespace inkstone::captioner
