// How long a prompt may be: what every reader of prompts refuses alike, before it spends time on it.
#pragma once

#include <cstddef>
#include <string_view>

namespace inkstone {

constexpr std::size_t kLongestPrompt = std::size_t(1) << 16;  // bytes

// Throws bad_argument where the prompt is longer.
void check_prompt_length(std::string_view prompt);

}  // namespace inkstone
