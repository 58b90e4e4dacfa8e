#include "train/watch/base64.hpp"

#include <cstdint>
#include <string_view>

namespace inkstone {

std::string to_base64(Bytes bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (k + j < bytes.size() ? static_cast<uint8_t>(bytes[k + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) text.push_back(k + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=');
  }
  return text;
}

}  // namespace inkstone
