// Byte-pair encoding of one word (Sennrich et al. 2016): of all neighbours that may merge, the pair of the lowest rank does,
// everywhere in the word, until none may. O(n log n) in the length of the word.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace inkstone {

class BytePairs {
 public:
  // The next merge in rank: left and right become result. A pair that came before keeps its rank.
  void add(std::int32_t left, std::int32_t right, std::int32_t result);

  // The symbols of a word -> its tokens.
  std::vector<std::int32_t> merge(std::vector<std::int32_t> word) const;

 private:
  struct Merge {
    std::int32_t rank, result;
  };
  const Merge* find(std::int32_t left, std::int32_t right) const;

  std::unordered_map<std::uint64_t, Merge> merges_;
};

}  // namespace inkstone
