// Prompts with lots to draw: {red|blue} is one of them, {3::red|blue} red three times as often, __colour__ a line of the list of
// that name. What is drawn follows from the seed alone, so a seed gives its prompt again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

// The lines of a list; throws not_found. Lines may draw lots themselves.
using Wildcards = std::function<std::vector<std::string>(const std::string& name)>;

// Braces without a bar, and escaped ones, stay: \{ is {. Without lists (empty function) __name__ is text. Throws bad_argument
// where lists name one another in a circle, a list is empty, or the result is too long; and what `wildcards` throws.
std::string prompt_variant(std::string_view prompt, std::uint64_t seed, const Wildcards& wildcards = {});

// Whether there is anything to draw. Throws bad_argument (too long).
bool has_variants(std::string_view prompt);

}  // namespace inkstone
