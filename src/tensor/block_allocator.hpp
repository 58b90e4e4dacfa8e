// Where the memory of large tensors comes from. Networks ask for the same few sizes again and again: what a tensor gives back is
// kept and given to the next of its size or up to a third less, because fresh pages from the kernel cost a quarter of a step of
// style transfer. Unlike a heap, which blocks of many sizes leave in pieces, the process never holds more than an eighth above
// the most that was ever in use at once. Blocks ask for huge pages, which a processor finds its way in faster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

namespace inkstone {

// Whole blocks, by size. Thread-safe.
class BlockStore {
 public:
  static constexpr std::size_t kLeast = std::size_t{1} << 20;  // smaller ones are the heap's

  BlockStore() = default;
  ~BlockStore();  // unmaps what lies idle
  BlockStore(const BlockStore&) = delete;
  BlockStore& operator=(const BlockStore&) = delete;

  // At least `bytes`, uninitialised, aligned to 128; nullptr where the kernel has none left.
  void* take(std::size_t bytes);
  // False, and nothing done, unless the block came from take.
  bool give_back(void* block);

  std::size_t in_use() const;
  std::size_t held() const;  // in use and idle

 private:
  struct Idle {
    void* block;
    std::size_t size;
  };
  void* mapped(std::size_t size);
  void* taken(void* block, std::size_t size);
  void make_room(std::size_t size);

  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> used_;
  std::list<Idle> idle_;  // the longest idle first
  std::size_t in_use_ = 0, idle_bytes_ = 0, most_in_use_ = 0, colour_ = 0;
};

// The size of the block for so many bytes: eight sizes to each doubling.
std::size_t block_size(std::size_t bytes);

// From now on tensors of kLeast bytes and more on the CPU lie in one store of the process. Once is enough.
void keep_large_blocks();

}  // namespace inkstone
