#include "nn/resampling.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace inkstone::nn {
namespace {

TEST(Resampling, DoublingRepeatsEveryPixel) {
  const auto x = at::randn({2, 3, 4, 5});
  EXPECT_TRUE(doubled(x).equal(x.repeat_interleave(2, 2).repeat_interleave(2, 3)));
}

TEST(Resampling, GradientOfDoublingIsTheSumOfFour) {
  for (const auto type : {at::kFloat, at::kBFloat16, at::kDouble}) {
    const auto x = at::randn({2, 3, 4, 5}).to(type).requires_grad_(), dy = at::randn({2, 3, 8, 10}).to(type);
    const auto dx = torch::autograd::grad({doubled(x)}, {x}, {dy})[0];
    const auto expected = dy.to(at::kDouble).view({2, 3, 4, 2, 5, 2}).sum(at::IntArrayRef{3, 5});
    EXPECT_TRUE(
        at::allclose(dx.to(at::kDouble), expected, type == at::kBFloat16 ? 2e-2 : 1e-5, type == at::kBFloat16 ? 2e-2 : 1e-6));
  }
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
