#include "data/remembered.hpp"

#include <atomic>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace inkstone {
namespace {

struct Counting : Dataset {
  int64_t size() const override { return 4; }
  Sample get(int64_t index) const override {
    ++made;
    return {at::full({1, 2, 2}, index, at::kByte), index, "picture"};
  }
  mutable std::atomic<int> made = 0;
};

TEST(Remembered, MakesEachSampleOnce) {
  const auto counting = std::make_shared<Counting>();
  const auto data = remembered(counting);
  for (int round = 0; round < 3; ++round)
    for (int64_t k = 0; k < 4; ++k) {
      const auto sample = data->get(k);
      EXPECT_EQ(sample.picture[0][0][0].item<int>(), k);
      EXPECT_EQ(sample.label, k);
    }
  EXPECT_EQ(counting->made, 4);
}

TEST(Remembered, KeepsNoMoreThanItMay) {
  const auto counting = std::make_shared<Counting>();
  const auto data = remembered(counting, 8);  // two pictures of four bytes
  for (int round = 0; round < 2; ++round)
    for (int64_t k = 0; k < 4; ++k) EXPECT_EQ(data->get(k).label, k);
  EXPECT_EQ(counting->made, 6);
}

}  // namespace
}  // namespace inkstone
