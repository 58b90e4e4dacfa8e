#include "text/byte_pairs.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace inkstone {
namespace {

using Word = std::vector<int32_t>;
using Merges = std::map<std::pair<int32_t, int32_t>, std::pair<int, int32_t>>;  // -> rank, result

// The definition, word by word.
Word merged_slowly(const Merges& merges, Word word) {
  for (;;) {
    auto best = merges.end();
    for (std::size_t i = 0; i + 1 < word.size(); ++i) {
      const auto found = merges.find({word[i], word[i + 1]});
      if (found != merges.end() && (best == merges.end() || found->second.first < best->second.first)) best = found;
    }
    if (best == merges.end()) return word;
    Word next;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const bool here = i + 1 < word.size() && word[i] == best->first.first && word[i + 1] == best->first.second;
      next.push_back(here ? best->second.second : word[i]);
      i += here;
    }
    word = next;
  }
}

TEST(BytePairs, MergeByRankThenFromLeftToRight) {
  BytePairs pairs;
  pairs.add(1, 1, 2);
  pairs.add(2, 2, 3);
  EXPECT_EQ(pairs.merge({1, 1, 1}), (Word{2, 1}));
  EXPECT_EQ(pairs.merge({1, 1, 1, 1, 1}), (Word{3, 1}));
  EXPECT_EQ(pairs.merge({5}), Word{5});
  EXPECT_EQ(pairs.merge({}), Word{});
}

TEST(BytePairs, EqualTheDefinitionForAnyMerges) {
  std::mt19937 random(7);
  const auto draw = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  for (int round = 0; round < 300; ++round) {
    BytePairs pairs;
    Merges merges;
    for (int rank = 0; rank < 12; ++rank) {  // results may take part in merges of a lower rank, as in no trained list
      const std::pair<int32_t, int32_t> pair{draw(10), draw(10)};
      if (merges.try_emplace(pair, rank, 4 + rank).second) pairs.add(pair.first, pair.second, 4 + rank);
    }
    Word word(draw(40));
    std::generate(word.begin(), word.end(), [&] { return draw(4); });
    EXPECT_EQ(pairs.merge(word), merged_slowly(merges, word));
  }
}

}  // namespace
}  // namespace inkstone
