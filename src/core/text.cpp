#include "core/text.hpp"

#include <algorithm>

namespace inkstone {

std::string lower_ascii(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string trimmed(std::string_view text) {
  const char* blank = " \t\r\n";
  const auto first = std::min(text.find_first_not_of(blank), text.size());
  const auto end = text.find_last_not_of(blank) + 1;  // 0 where there is nothing else
  return std::string(text.substr(first, end > first ? end - first : 0));
}

}  // namespace inkstone
