#include "ingest/perceptual_hash.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "image/resize.hpp"

namespace inkstone {

std::uint64_t perceptual_hash(const Image& picture) {
  const auto small = resize(picture, 9, 8);
  const auto luma = [&](int x, int y) {
    return 0.299f * small.at(x, y, 0) + 0.587f * small.at(x, y, 1) + 0.114f * small.at(x, y, 2);
  };
  std::uint64_t hash = 0;
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) hash = hash << 1 | (luma(x, y) < luma(x + 1, y) ? 1u : 0u);
  return hash;
}

int hamming_distance(std::uint64_t a, std::uint64_t b) {
  return std::popcount(a ^ b);
}

std::string hash_text(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

std::int64_t HashIndex::nearest_within(std::uint64_t hash, int distance) const {
  std::int64_t found = -1;
  std::vector<std::size_t> open;
  if (!nodes_.empty()) open.push_back(0);
  while (!open.empty()) {
    const auto& node = nodes_[open.back()];
    open.pop_back();
    const int away = hamming_distance(node.hash, hash);
    if (away <= distance && (found < 0 || node.id < found)) found = node.id;
    for (const auto& [at, child] : node.children)
      if (at >= away - distance && at <= away + distance) open.push_back(child);
  }
  return found;
}

void HashIndex::add(std::uint64_t hash, std::int64_t id) {
  nodes_.push_back({hash, id, {}});
  const auto added = nodes_.size() - 1;
  for (std::size_t at = 0; added > 0;) {
    auto& children = nodes_[at].children;
    const int away = hamming_distance(nodes_[at].hash, hash);
    const auto child = std::find_if(children.begin(), children.end(), [&](const auto& c) { return c.first == away; });
    if (child == children.end()) {
      children.emplace_back(away, added);
      return;
    }
    at = child->second;
  }
}

}  // namespace inkstone
