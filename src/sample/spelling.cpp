#include "sample/spelling.hpp"

#include <cctype>

namespace inkstone {

std::string spelling_of(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '+') plain += 'p';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

}  // namespace inkstone
