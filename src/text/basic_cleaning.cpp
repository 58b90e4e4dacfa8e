#include "text/basic_cleaning.hpp"

#include "text/unicode.hpp"

namespace inkstone {
namespace {

bool is_white_space(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 || unicode::is_blank(c);
}

}  // namespace

std::u32string basic_cleaned(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (is_white_space(c)) {
      out += ' ';
    } else if (c == 0xfffd || unicode::is_control(c)) {
      continue;
    } else if (unicode::is_han(c)) {
      out += {' ', c, ' '};
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace inkstone
