#include "text/byte_pairs.hpp"

#include <functional>
#include <queue>
#include <utility>

namespace inkstone {
namespace {

constexpr std::int32_t kNone = -1;

std::uint64_t key_of(std::int32_t left, std::int32_t right) {
  return std::uint64_t(std::uint32_t(left)) << 32 | std::uint32_t(right);
}

// A word whose symbols merge in place: links skip the ones that were merged away.
struct Chain {
  explicit Chain(std::vector<std::int32_t> word) : symbols(std::move(word)) {
    const auto n = static_cast<std::int32_t>(symbols.size());
    for (std::int32_t i = 0; i < n; ++i) {
      before.push_back(i - 1);
      after.push_back(i + 1 < n ? i + 1 : kNone);
    }
  }

  void join(std::int32_t at, std::int32_t result) {
    const std::int32_t gone = after[at];
    symbols[at] = result;
    symbols[gone] = kNone;
    after[at] = after[gone];
    if (after[at] != kNone) before[after[at]] = at;
  }

  std::vector<std::int32_t> symbols, before, after;
};

}  // namespace

void BytePairs::add(std::int32_t left, std::int32_t right, std::int32_t result) {
  merges_.try_emplace(key_of(left, right), Merge{static_cast<std::int32_t>(merges_.size()), result});
}

const BytePairs::Merge* BytePairs::find(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(key_of(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

std::vector<std::int32_t> BytePairs::merge(std::vector<std::int32_t> word) const {
  using Place = std::pair<std::int32_t, std::int32_t>;  // rank, left symbol
  Chain chain(std::move(word));
  std::priority_queue<Place, std::vector<Place>, std::greater<>> places;
  const auto merge_at = [&](std::int32_t left) {
    const bool pair = left != kNone && chain.symbols[left] != kNone && chain.after[left] != kNone;
    return pair ? find(chain.symbols[left], chain.symbols[chain.after[left]]) : nullptr;
  };
  const auto offer = [&](std::int32_t left) {
    if (const auto* merge = merge_at(left)) places.emplace(merge->rank, left);
  };
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(chain.symbols.size()); ++i) offer(i);

  std::vector<std::int32_t> changed;
  while (!places.empty()) {
    const std::int32_t rank = places.top().first;
    for (; !places.empty() && places.top().first == rank; places.pop()) {  // from left to right
      const std::int32_t left = places.top().second;
      const auto* merge = merge_at(left);
      if (merge == nullptr || merge->rank != rank) continue;  // a neighbour was merged away
      chain.join(left, merge->result);
      changed.push_back(left);
    }
    for (const std::int32_t at : changed) {  // new pairs wait for the end of the pass, whatever their rank
      offer(chain.before[at]);
      offer(at);
    }
    changed.clear();
  }
  std::erase(chain.symbols, kNone);
  return chain.symbols;
}

}  // namespace inkstone
