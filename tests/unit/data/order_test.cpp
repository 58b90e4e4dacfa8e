#include "data/order.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace inkstone {
namespace {

std::vector<int64_t> epoch(uint64_t seed, int64_t number, int64_t size) {
  std::vector<int64_t> order;
  for (int64_t i = 0; i < size; ++i) order.push_back(index_of_draw(seed, number * size + i, size));
  return order;
}

std::vector<int64_t> sorted(std::vector<int64_t> order) {
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<int64_t> counted_up(int64_t size) {
  std::vector<int64_t> all(static_cast<std::size_t>(size));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

TEST(Order, EveryEpochIsAPermutation) {
  for (const int64_t size : {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 4096, 4097, 60000})
    for (const uint64_t seed : {0ULL, 1ULL, ~0ULL})
      for (const int64_t number : {0, 1, 7})
        EXPECT_EQ(sorted(epoch(seed, number, size)), counted_up(size)) << size << " " << seed << " " << number;
}

TEST(Order, EpochsAndSeedsDiffer) {
  const auto first = epoch(0, 0, 1000);
  EXPECT_EQ(first, epoch(0, 0, 1000));
  EXPECT_NE(first, epoch(0, 1, 1000));
  EXPECT_NE(first, epoch(1, 0, 1000));
  EXPECT_NE(first, counted_up(1000));
}

// Over many epochs every sample comes at every place about equally often: chi-squared with 99 degrees of freedom.
TEST(Order, PlacesAreUniform) {
  constexpr int64_t kSize = 10, kEpochs = 20000;
  std::vector<double> counts(kSize * kSize);
  for (int64_t e = 0; e < kEpochs; ++e)
    for (int64_t i = 0; i < kSize; ++i) ++counts[static_cast<std::size_t>(i * kSize + index_of_draw(5, e * kSize + i, kSize))];
  double chi = 0;
  for (const double count : counts) chi += (count - kEpochs / kSize) * (count - kEpochs / kSize) / (kEpochs / kSize);
  EXPECT_LT(chi, 150);  // 81 expected for permutations; a chance of 1e-5 to be above
}

TEST(Order, LargeSetsAreNoSlower) {
  constexpr int64_t kSize = int64_t(1) << 40;
  for (int64_t n = 0; n < 100000; ++n) {
    const auto index = index_of_draw(3, n, kSize + 1);
    ASSERT_GE(index, 0);
    ASSERT_LE(index, kSize);
  }
}

TEST(Order, IndependentDrawsAreBinomialAndPure) {
  double total = 0, squares = 0;
  std::vector<int64_t> times(1000);
  for (int64_t batch = 0; batch < 400; ++batch) {
    const auto drawn = independent_draws(9, batch, 1000, 0.05);
    EXPECT_EQ(drawn, independent_draws(9, batch, 1000, 0.05));
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
    total += double(drawn.size());
    squares += double(drawn.size() * drawn.size());
    for (const auto index : drawn) ++times[static_cast<std::size_t>(index)];
  }
  const double mean = total / 400;
  EXPECT_NEAR(mean, 50, 1.1);                          // three deviations of the mean
  EXPECT_NEAR(squares / 400 - mean * mean, 47.5, 12);  // n p (1 - p)
  EXPECT_GT(*std::min_element(times.begin(), times.end()), 2);
  EXPECT_LT(*std::max_element(times.begin(), times.end()), 45);
  EXPECT_NE(independent_draws(9, 0, 1000, 0.05), independent_draws(8, 0, 1000, 0.05));
  EXPECT_TRUE(independent_draws(9, 0, 3, 1e-12).empty());
}

}  // namespace
}  // namespace inkstone
