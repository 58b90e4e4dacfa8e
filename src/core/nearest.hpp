// "did you mean": the known name closest to a mistyped one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace inkstone {

// By edit distance, at most a third of the name's length away (and at least 2); absent if none is that close.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known);

// "; did you mean 'x'?" or an empty string, to end an error message with.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

}  // namespace inkstone
