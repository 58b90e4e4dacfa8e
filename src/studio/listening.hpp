// What an explanation asks of a painting beside the picture: to be told what its places looked at in the prompt.
#pragma once

#include <string>
#include <vector>

#include "nn/attention_listener.hpp"
#include "train/family.hpp"

namespace inkstone::studio {

struct Listening {
  nn::AttentionListener& listener;
  std::vector<nn::TokenSpan> words;  // of the prompt as it was painted; filled by the painter
};

// Throws unsupported: the model reads no words.
[[noreturn]] void refuse_listening();

// Lets the listener hear the first prompt of the spec, and fills in its words. Throws unsupported for a family that does not
// read.
void listen(PaintSpec& spec, const Family& family, Listening& listening);

}  // namespace inkstone::studio
