// Emphasis in prompts, by the grammar that web UIs share: (word) 1.1 times, (word:1.3) by a factor, [word] 1/1.1 times, nested
// factors multiply;
// \( \) \[ \] \\ are the characters themselves; BREAK ends a chunk of tokens. What is unbalanced is text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

struct WeightedText {
  std::string text;
  double weight = 1;
  bool operator==(const WeightedText&) const = default;
};

// The sections between BREAKs, each as runs of one weight; at least one section, which may be empty. An opening bracket that is
// never closed weighs until the end; a closing one that was never opened is text. Throws bad_argument where the prompt is too
// long.
std::vector<std::vector<WeightedText>> parse_weights(std::string_view prompt);

}  // namespace inkstone
