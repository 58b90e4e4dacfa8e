// The strings that make_clip_tokens.py makes by rule, made again, and its digest of what a tokeniser makes of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "text/unicode.hpp"

namespace inkstone {

class StringDraws {
 public:
  explicit StringDraws(uint64_t seed) : state_(seed) {}
  uint64_t operator()(uint64_t n) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return (state_ >> 33) % n;
  }

 private:
  uint64_t state_;
};

inline void append_code(std::string& text, uint64_t code) {
  if (code < 0xd800 || code >= 0xe000) unicode::append_utf8(text, static_cast<char32_t>(code));
}

inline std::string swept_string(uint64_t i) {
  std::string text;
  for (uint64_t code = 112 * i; code < 112 * i + 112; ++code) append_code(text, code);
  return text;
}

inline std::string drawn_string(const nlohmann::json& golden, uint64_t i) {
  const auto &pieces = golden["pieces"], &ranges = golden["ranges"], &separators = golden["separators"];
  StringDraws draw(i);
  std::string text;
  const auto kind = draw(10), parts = kind == 9 ? 200 + draw(400) : 1 + draw(24);
  for (uint64_t part = 0; part < parts; ++part) {
    if (kind < 5 || (kind > 6 && draw(2) == 0)) {
      text += pieces[draw(pieces.size())].get<std::string>();
    } else {
      const auto& range = ranges[draw(ranges.size())];
      const uint64_t low = range[0], high = range[1];
      append_code(text, low + draw(high - low + 1));
    }
    if (draw(3) == 0) text += separators[draw(separators.size())].get<std::string>();
  }
  return text;
}

inline std::string digest(const std::vector<int64_t>& ids) {
  uint64_t value = 0xcbf29ce484222325;
  for (const int64_t id : ids) value = (value ^ static_cast<uint64_t>(id)) * 0x100000001b3;
  return fmt::format("{:08x}", value >> 32);
}

inline const nlohmann::json& clip_token_goldens() {
  static const auto json = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/clip_tokens.json"));
  return json;
}

inline std::string golden_string(uint64_t i) {
  const auto& golden = clip_token_goldens();
  return i < golden["swept"] ? swept_string(i) : drawn_string(golden, i);
}

}  // namespace inkstone
