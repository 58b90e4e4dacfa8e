// Small things done to text in many places.
#pragma once

#include <string>
#include <string_view>

namespace inkstone {

// A to Z become a to z; other bytes stay.
std::string lower_ascii(std::string text);

// Without the blanks, tabs and line ends around it.
std::string trimmed(std::string_view text);

}  // namespace inkstone
