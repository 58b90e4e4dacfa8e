// CLIP's tokeniser against transformers' on 10,000 strings, by make_clip_tokens.py, whose rule for the strings is repeated here.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "text/clip_tokenizer.hpp"
#include "text/unicode.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}
  uint64_t operator()(uint64_t n) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return (state_ >> 33) % n;
  }

 private:
  uint64_t state_;
};

void append(std::string& text, uint64_t code) {
  if (code < 0xd800 || code >= 0xe000) unicode::append_utf8(text, static_cast<char32_t>(code));
}

std::string swept(uint64_t i) {
  std::string text;
  for (uint64_t code = 112 * i; code < 112 * i + 112; ++code) append(text, code);
  return text;
}

std::string drawn(const Json& golden, uint64_t i) {
  const auto &pieces = golden["pieces"], &ranges = golden["ranges"], &separators = golden["separators"];
  Draws draw(i);
  std::string text;
  const auto kind = draw(10), parts = kind == 9 ? 200 + draw(400) : 1 + draw(24);
  for (uint64_t part = 0; part < parts; ++part) {
    if (kind < 5 || (kind > 6 && draw(2) == 0)) {
      text += pieces[draw(pieces.size())].get<std::string>();
    } else {
      const auto& range = ranges[draw(ranges.size())];
      const uint64_t low = range[0], high = range[1];
      append(text, low + draw(high - low + 1));
    }
    if (draw(3) == 0) text += separators[draw(separators.size())].get<std::string>();
  }
  return text;
}

std::string digest(const std::vector<int64_t>& ids) {
  uint64_t value = 0xcbf29ce484222325;
  for (const int64_t id : ids) value = (value ^ static_cast<uint64_t>(id)) * 0x100000001b3;
  return fmt::format("{:08x}", value >> 32);
}

TEST(ClipTokens, EqualTheReference) {
  const auto golden = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/clip_tokens.json"));
  const auto tokenizer = ClipTokenizer::embedded();
  const auto digests = golden["digests"].get<std::string>();
  const uint64_t first = golden["swept"], count = golden["counts"].size();
  ASSERT_EQ(count, 10000U);
  int wrong = 0;
  for (uint64_t i = 0; i < count && wrong < 5; ++i) {
    const auto text = i < first ? swept(i) : drawn(golden, i);
    const auto ids = tokenizer.encode(text);
    const auto known = golden["explicit"].find(std::to_string(i));
    if (known != golden["explicit"].end()) {
      EXPECT_EQ(Json(ids), *known) << i << ": " << text;
    }
    const bool same = ids.size() == golden["counts"][i] && digest(ids) == digests.substr(8 * i, 8);
    EXPECT_TRUE(same) << i << ": " << text;
    wrong += !same;
  }
}

}  // namespace
}  // namespace inkstone
