// A painter of words that trains in no time, for 16x16 pictures.
#pragma once

#include "families/words/words.hpp"

namespace inkstone {

inline WordsOptions small_words() {
  WordsOptions options;
  options.patch = 4;
  options.features = 32;
  options.depth = 2;
  options.heads = 2;
  options.strokes = 16;
  options.text_length = 12;
  options.text_features = 16;
  options.text_depth = 1;
  options.sampling_steps = 12;
  options.guidance = 1;
  return options;
}

}  // namespace inkstone
