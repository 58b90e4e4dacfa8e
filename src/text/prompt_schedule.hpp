// Prompts that change as the picture is painted, by the grammar that web UIs share: [from:to:when], [to:when] (nothing before)
// and [from::when] (nothing after), where when is a step (3) or a share of all steps (0.25, with a point); [a|b|c] alternates
// from step to step. They nest, in one another and in brackets of emphasis, which stay as they are for parse_weights().
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

// The prompt of one step out of `steps`, counted from 0. What is unbalanced or no rule of the grammar is text.
std::string prompt_at(std::string_view prompt, int step, int steps);

struct PromptSpan {
  int until;  // the first step that has another prompt, or `steps`
  std::string prompt;
  bool operator==(const PromptSpan&) const = default;
};

// The prompts of all steps, runs of equal ones together. Throws bad_argument where the prompt is too long.
std::vector<PromptSpan> prompt_schedule(std::string_view prompt, int steps);

}  // namespace inkstone
