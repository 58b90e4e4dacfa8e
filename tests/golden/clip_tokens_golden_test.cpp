// CLIP's tokeniser against transformers' on 10,000 strings, by make_clip_tokens.py.
#include <gtest/gtest.h>

#include "golden/drawn_strings.hpp"
#include "text/clip_tokenizer.hpp"

namespace inkstone {
namespace {

TEST(ClipTokens, EqualTheReference) {
  const auto& golden = clip_token_goldens();
  const auto tokenizer = ClipTokenizer::embedded();
  const auto digests = golden["digests"].get<std::string>();
  const uint64_t count = golden["counts"].size();
  ASSERT_EQ(count, 10000U);
  int wrong = 0;
  for (uint64_t i = 0; i < count && wrong < 5; ++i) {
    const auto text = golden_string(i);
    const auto ids = tokenizer.encode(text);
    const auto known = golden["explicit"].find(std::to_string(i));
    if (known != golden["explicit"].end()) {
      EXPECT_EQ(nlohmann::json(ids), *known) << i << ": " << text;
    }
    const bool same = ids.size() == golden["counts"][i] && digest(ids) == digests.substr(8 * i, 8);
    EXPECT_TRUE(same) << i << ": " << text;
    wrong += !same;
  }
}

}  // namespace
}  // namespace inkstone
