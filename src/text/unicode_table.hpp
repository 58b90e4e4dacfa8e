// The tables behind unicode.hpp, as runs of code points.
#pragma once

#include <cstdint>

namespace inkstone::unicode {

enum Property : std::uint8_t {
  kControl = 1,
  kBlank = 2,
  kLetter = 4,
  kNumber = 8,
  kMark = 16,
  kPunctuation = 32,
  kCaseIgnorable = 64,  // and not cased
  kCased = 128,
};

std::uint8_t properties_of(char32_t c);
std::uint8_t combining_class(char32_t c);

// Canonical decomposition by one step; second is 0 where there is one part. Null where there is none (or it is a Hangul
// syllable's).
struct Decomposition {
  std::uint32_t code, first, second;
};
const Decomposition* decomposition_of(char32_t c);

// The character that the two compose to by the tables, 0 where there is none.
char32_t composite_of(char32_t first, char32_t second);

}  // namespace inkstone::unicode
