// What the data set `words` can paint and say: objects that have a drawing each, colours that any of them may be given, counts.
// Names are English and Chinese; a Chinese name goes with the measure word that counts it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inkstone::words {

struct Object {
  std::string_view code;              // of its emoji, as emoji-datasource writes it: "2708-FE0F"
  std::string_view singular, plural;  // English, lower case
  std::string_view chinese, measure;
};

struct Colour {
  std::string_view english, chinese;  // Chinese without 色
  std::array<uint8_t, 3> rgb;         // sRGB, of the middle tone
};

inline constexpr int64_t kMostOfAKind = 4;

std::span<const Object> objects();
std::span<const Colour> colours();

std::string_view english_number(int64_t count);  // 1 to kMostOfAKind
std::string_view chinese_number(int64_t count);  // 两 for 2

// Every English word and every Chinese character that a caption may hold, each once, in an order that is part of a trained model.
std::vector<std::string> caption_tokens();

}  // namespace inkstone::words
