#include "tensor/block_allocator.hpp"

#include <cstring>
#include <random>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(BlockAllocator, SizesAreFewAndWasteLittle) {
  for (std::size_t bytes = BlockStore::kLeast; bytes < 4096 * kMiB; bytes = bytes * 9 / 8 + 4097) {
    EXPECT_GE(block_size(bytes), bytes);
    EXPECT_LE(block_size(bytes), bytes + bytes / 8 + 1) << bytes;
    EXPECT_EQ(block_size(block_size(bytes)), block_size(bytes)) << bytes;
  }
}

TEST(BlockAllocator, WhatWasGivenBackComesAgain) {
  BlockStore store;
  void* const first = store.take(10 * kMiB);
  std::memset(first, 7, 10 * kMiB);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 128, 0u);
  EXPECT_TRUE(store.give_back(first));
  EXPECT_FALSE(store.give_back(first));
  EXPECT_EQ(store.take(10 * kMiB - 5000), first);
  EXPECT_NE(store.take(10 * kMiB), first);
}

TEST(BlockAllocator, ABlockServesWhatIsALittleSmaller) {
  BlockStore store;
  void* const large = store.take(12 * kMiB);
  void* const fitting = store.take(9 * kMiB);
  store.give_back(fitting), store.give_back(large);
  EXPECT_EQ(store.take(9 * kMiB), fitting);  // not the larger one, though it was given back last
  EXPECT_EQ(store.take(8 * kMiB), large);
  store.give_back(large);
  EXPECT_NE(store.take(7 * kMiB), large);
}

TEST(BlockAllocator, NoWasteRaisesTheMostInUse) {
  BlockStore store;
  void* const large = store.take(12 * kMiB);
  store.give_back(large);
  store.take(2 * kMiB);
  EXPECT_NE(store.take(9 * kMiB), large);  // 2 + 12 would be more than the 12 ever in use
}

// Blocks of ever other sizes, as a network that is followed by another one asks for.
TEST(BlockAllocator, HoldsLittleMoreThanWasEverInUse) {
  BlockStore store;
  std::mt19937 draw(1);
  std::vector<void*> blocks;
  std::size_t most = 0;
  for (int turn = 0; turn < 2000; ++turn) {
    if (blocks.size() < 12 || draw() % 2 == 0) {
      blocks.push_back(store.take((1 + draw() % 60) * kMiB));
      ASSERT_NE(blocks.back(), nullptr);
    } else {
      std::swap(blocks[draw() % blocks.size()], blocks.back());
      EXPECT_TRUE(store.give_back(blocks.back()));
      blocks.pop_back();
    }
    most = std::max(most, store.in_use());
    EXPECT_LE(store.held(), most + most / 8 + 64 * kMiB);
  }
  for (void* block : blocks) store.give_back(block);
  EXPECT_EQ(store.in_use(), 0u);
}

TEST(BlockAllocator, GivesTheKernelsNoAnswerOn) {
  BlockStore store;
  for (const auto bytes : {std::size_t{1} << 46, std::size_t{1} << 60, ~std::size_t{0}}) EXPECT_EQ(store.take(bytes), nullptr);
  EXPECT_EQ(store.in_use(), 0u);
}

TEST(BlockAllocator, HoldsTensorsOfEverySize) {
  keep_large_blocks();
  EXPECT_EQ(at::empty({0}).numel(), 0);
  for (const int64_t size : {1, 1000, 300000, 5000000}) {
    const auto x = at::arange(size, at::kDouble);
    EXPECT_EQ(x[-1].item<double>(), double(size - 1));
    const auto y = x.clone().resize_({2 * size + 3});
    EXPECT_EQ(y[size - 1].item<double>(), double(size - 1));
  }
  EXPECT_THROW(at::empty({int64_t{1} << 58}, at::kDouble), c10::Error);
}

}  // namespace
}  // namespace inkstone
