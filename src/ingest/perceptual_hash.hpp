// Telling near-duplicates: two 64-bit fingerprints that scaling, recompression and small changes of colour leave almost
// alone. dHash (Krawetz 2013): is each of 8x8 fields darker than its right neighbour?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/image.hpp"

namespace inkstone {

std::uint64_t perceptual_hash(const Image& picture);

int hamming_distance(std::uint64_t a, std::uint64_t b);

std::string hash_text(std::uint64_t hash);  // 16 hex digits

// Finds what is near (Burkhard and Keller 1973): a tree in which a subtree holds all at one distance of its root.
class HashIndex {
 public:
  // The first added entry within distance of hash, or -1.
  std::int64_t nearest_within(std::uint64_t hash, int distance) const;
  void add(std::uint64_t hash, std::int64_t id);

 private:
  struct Node {
    std::uint64_t hash;
    std::int64_t id;
    std::vector<std::pair<int, std::size_t>> children;  // by distance
  };
  std::vector<Node> nodes_;
};

}  // namespace inkstone
