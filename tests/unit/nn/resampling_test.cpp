#include "nn/resampling.hpp"

#include <gtest/gtest.h>

namespace inkstone::nn {
namespace {

TEST(Resampling, DoublingRepeatsEveryPixel) {
  const auto x = at::randn({2, 3, 4, 5});
  EXPECT_TRUE(doubled(x).equal(x.repeat_interleave(2, 2).repeat_interleave(2, 3)));
}

TEST(Resampling, DownRoundsUpAndUpComesBack) {
  Downsample down(4);
  Upsample up(4);
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{7, 9}, {8, 1}, {1, 6}}) {
    const auto half = down(at::randn({1, 4, height, width}));
    EXPECT_EQ(half.size(2), (height + 1) / 2);
    EXPECT_EQ(half.size(3), (width + 1) / 2);
    EXPECT_EQ(up(half, height, width).sizes(), at::IntArrayRef({1, 4, height, width}));
  }
}

}  // namespace
}  // namespace inkstone::nn
