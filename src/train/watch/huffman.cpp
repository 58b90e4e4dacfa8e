#include "train/watch/huffman.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace inkstone {
namespace {

// Lengths of the optimal code, however long: parents come after their children, so one pass from the root gives the depths.
std::vector<int> unlimited_lengths(const std::vector<uint64_t>& counts) {
  using Item = std::pair<uint64_t, int>;  // count, node
  std::priority_queue<Item, std::vector<Item>, std::greater<>> open;
  const int symbols = static_cast<int>(counts.size());
  for (int symbol = 0; symbol < symbols; ++symbol)
    if (counts[symbol] > 0) open.push({counts[symbol], symbol});
  std::vector<int> parent(symbols, -1);
  while (open.size() > 1) {
    const auto [left_count, left] = open.top();
    open.pop();
    const auto [right_count, right] = open.top();
    open.pop();
    const int joint = static_cast<int>(parent.size());
    parent.push_back(-1);
    parent[left] = parent[right] = joint;
    open.push({left_count + right_count, joint});
  }
  std::vector<int> depth(parent.size(), 0);
  for (int node = static_cast<int>(parent.size()) - 2; node >= 0; --node)
    if (parent[node] >= 0) depth[node] = depth[parent[node]] + 1;
  depth.resize(symbols);
  return depth;
}

uint32_t reversed(uint32_t code, int bits) {
  uint32_t result = 0;
  for (int bit = 0; bit < bits; ++bit) result |= (code >> bit & 1) << (bits - 1 - bit);
  return result;
}

}  // namespace

std::vector<int> huffman_lengths(std::vector<uint64_t> counts, int limit) {
  for (std::size_t symbol = 0; symbol < 2; ++symbol) counts[symbol] = std::max<uint64_t>(counts[symbol], 1);
  while (true) {
    auto lengths = unlimited_lengths(counts);
    if (*std::max_element(lengths.begin(), lengths.end()) <= limit) return lengths;
    // flattening the counts shortens the longest codes at little cost
    for (auto& count : counts) count = (count + 1) / 2;
  }
}

std::vector<uint32_t> huffman_codes(const std::vector<int>& lengths) {
  std::vector<uint32_t> codes(lengths.size());
  uint32_t next = 0;
  for (int bits = 1; bits <= 15; ++bits, next <<= 1)
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
      if (lengths[symbol] == bits) codes[symbol] = reversed(next++, bits);
  return codes;
}

}  // namespace inkstone
