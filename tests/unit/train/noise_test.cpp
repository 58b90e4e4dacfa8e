#include "train/noise.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tensor/noise.hpp"

namespace inkstone {
namespace {

TEST(StepNoise, IsAFunctionOfSeedAndStep) {
  const auto draw = [](uint64_t seed, int64_t step) { return StepNoise(seed, step, {0, 4, 4}, at::kCPU).normal({3}); };
  EXPECT_TRUE(at::equal(draw(1, 5), draw(1, 5)));
  EXPECT_FALSE(at::equal(draw(1, 5), draw(1, 6)));
  EXPECT_FALSE(at::equal(draw(1, 5), draw(2, 5)));
}

TEST(StepNoise, CallsAreIndependentDraws) {
  StepNoise noise(1, 0, {0, 4, 4}, at::kCPU);
  EXPECT_FALSE(at::equal(noise.normal({3}), noise.normal({3})));
}

TEST(StepNoise, SharesJoinToWhatOneProcessDraws) {
  StepNoise whole(7, 3, {0, 6, 6}, at::kCPU), left(7, 3, {0, 2, 6}, at::kCPU), right(7, 3, {2, 4, 6}, at::kCPU);
  EXPECT_TRUE(at::equal(whole.normal({2, 2}), at::cat({left.normal({2, 2}), right.normal({2, 2})})));
  EXPECT_TRUE(at::equal(whole.uniform({}, -1, 1), at::cat({left.uniform({}, -1, 1), right.uniform({}, -1, 1)})));
  EXPECT_TRUE(at::equal(whole.integers(0, 1000), at::cat({left.integers(0, 1000), right.integers(0, 1000)})));
}

TEST(StepNoise, PartsOfABatchGetRowsOfTheSameDraws) {
  StepNoise whole(7, 3, {0, 6, 6}, at::kCPU), parts(7, 3, {0, 6, 6}, at::kCPU);
  const at::Tensor all = whole.normal({2});
  parts.select(0, 4, 0);
  const at::Tensor first = parts.normal({2});
  parts.select(4, 2, 0);
  EXPECT_TRUE(at::equal(all, at::cat({first, parts.normal({2})})));
}

TEST(Noise, LatentsDependOnTheirSeedAlone) {
  const auto three = latents_of({5, 6, 7}, {2, 3}), one = latents_of({6}, {2, 3});
  EXPECT_TRUE(at::equal(three[1], one[0]));
  at::manual_seed(6);  // what torch.manual_seed(6); torch.randn(1, 2, 3) gives
  EXPECT_TRUE(at::equal(one, at::randn({1, 2, 3})));
}

}  // namespace
}  // namespace inkstone
