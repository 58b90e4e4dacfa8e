#include "tensor/block_allocator.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <memory>

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/version.h>

namespace inkstone {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kMost = std::size_t{1} << 47;         // what a process can address
constexpr std::size_t kAlwaysKept = std::size_t{64} << 20;  // held beyond the most in use, whatever that is

// Blocks that all begin on a huge page would compete for the same lines of the caches: they begin a little further, each
// elsewhere.
constexpr std::size_t kColours = 15, kColourStep = 4096 + 128, kMargin = kColours * kColourStep;

std::size_t rounded_up(std::size_t value, std::size_t to) {
  return (value + to - 1) / to * to;
}

void unmap_block(void* block, std::size_t size) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  munmap(reinterpret_cast<void*>(address / kHugePage * kHugePage), size + kMargin);
}

}  // namespace

std::size_t block_size(std::size_t bytes) {
  return rounded_up(bytes, std::bit_floor(std::max(bytes, BlockStore::kLeast)) / 8);
}

BlockStore::~BlockStore() {
  for (const auto& idle : idle_) unmap_block(idle.block, idle.size);
}

// Begins on a huge page by mapping one more and giving its ends back.
void* BlockStore::mapped(std::size_t size) {
  const std::size_t whole = size + kMargin, wide = whole + kHugePage;
  void* const start = mmap(nullptr, wide, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  const auto first = reinterpret_cast<std::uintptr_t>(start), begin = rounded_up(first, kHugePage);
  const auto end = rounded_up(begin + whole, 4096);
  if (begin > first) munmap(start, begin - first);
  if (first + wide > end) munmap(reinterpret_cast<void*>(end), first + wide - end);
#ifdef MADV_HUGEPAGE
  madvise(reinterpret_cast<void*>(begin), whole, MADV_HUGEPAGE);
#endif
  return reinterpret_cast<void*>(begin + colour_++ % kColours * kColourStep);
}

void* BlockStore::taken(void* block, std::size_t size) {
  used_.emplace(block, size);
  in_use_ += size;
  most_in_use_ = std::max(most_in_use_, in_use_);
  return block;
}

// Unmaps what has lain idle longest until another block of this size stays within what may be held.
void BlockStore::make_room(std::size_t size) {
  const std::size_t most = std::max(most_in_use_, in_use_ + size), allowed = most + most / 8 + kAlwaysKept;
  while (!idle_.empty() && in_use_ + idle_bytes_ + size > allowed) {
    unmap_block(idle_.front().block, idle_.front().size);
    idle_bytes_ -= idle_.front().size;
    idle_.pop_front();
  }
}

void* BlockStore::take(std::size_t bytes) {
  if (bytes > kMost) return nullptr;
  const std::size_t size = block_size(bytes);
  const std::lock_guard lock(mutex_);
  // A larger block serves too, unless that raised the most in use. The smallest is taken; of equals the one given back last,
  // most likely still in the cache.
  const auto serves = [&](const Idle& idle) {
    return idle.size == size || (idle.size > size && idle.size <= size + size / 2 && in_use_ + idle.size <= most_in_use_);
  };
  auto best = idle_.end();
  for (auto idle = idle_.begin(); idle != idle_.end(); ++idle)
    if (serves(*idle) && (best == idle_.end() || idle->size <= best->size)) best = idle;
  if (best != idle_.end()) {
    const Idle found = *best;
    idle_.erase(best);
    idle_bytes_ -= found.size;
    return taken(found.block, found.size);
  }
  make_room(size);
  void* const block = mapped(size);
  return block == nullptr ? nullptr : taken(block, size);
}

bool BlockStore::give_back(void* block) {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(block);
  if (found == used_.end()) return false;
  const std::size_t size = found->second;
  used_.erase(found);
  in_use_ -= size;
  idle_.push_back({block, size});
  idle_bytes_ += size;
  return true;
}

std::size_t BlockStore::in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

std::size_t BlockStore::held() const {
  const std::lock_guard lock(mutex_);
  return in_use_ + idle_bytes_;
}

namespace {

// Never destroyed: tensors may outlive every other object of the process.
BlockStore& process_store() {
  static BlockStore& store = *std::make_unique<BlockStore>().release();
  return store;
}

void free_tensor(void* memory) {
  if (memory == nullptr) return;
  c10::profiledCPUMemoryReporter().Delete(memory);
  if (!process_store().give_back(memory)) c10::free_cpu(memory);
}

class BlockAllocator final : public c10::Allocator {
 public:
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
  c10::DataPtr allocate(std::size_t bytes) override {
    return allocated(bytes);
  }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#else
  c10::DataPtr allocate(std::size_t bytes) const override {
    return allocated(bytes);
  }
#endif
  c10::DeleterFnPtr raw_deleter() const override {
    return &free_tensor;
  }

 private:
  static c10::DataPtr allocated(std::size_t bytes) {
    void* memory = bytes >= BlockStore::kLeast ? process_store().take(bytes) : nullptr;
    if (memory == nullptr) memory = c10::alloc_cpu(bytes);  // small, or it says how much it lacked
    c10::profiledCPUMemoryReporter().New(memory, bytes);
    return {memory, memory, &free_tensor, c10::Device(c10::DeviceType::CPU)};
  }
};

}  // namespace

void keep_large_blocks() {
  static BlockAllocator allocator;
  c10::SetCPUAllocator(&allocator, 1);
}

}  // namespace inkstone
