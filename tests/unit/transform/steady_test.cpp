#include "transform/steady.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tensor/picture.hpp"
#include "transform/optical_flow.hpp"

namespace inkstone::transform {
namespace {

// Soft blobs, so that there is something to follow everywhere.
at::Tensor texture(int64_t height, int64_t width, int64_t seed) {
  at::manual_seed(seed);
  return resize(at::rand({1, 3, height / 6, width / 6}), height, width).clamp(0, 1);
}

TEST(OpticalFlow, FollowsAShift) {
  const auto large = texture(140, 180, 1);
  const auto before = large.slice(2, 10, 106).slice(3, 10, 138).contiguous(),
             after = large.slice(2, 13, 109).slice(3, 6, 134).contiguous();
  const auto flow = optical_flow(before, after).slice(2, 12, 84).slice(3, 12, 116);
  EXPECT_NEAR(flow.select(1, 0).mean().item<double>(), -4, 0.4);
  EXPECT_NEAR(flow.select(1, 1).mean().item<double>(), 3, 0.4);
}

TEST(OpticalFlow, StandsStillWhereNothingMoves) {
  const auto frame = texture(60, 80, 2);
  EXPECT_LT(optical_flow(frame, frame).abs().max().item<double>(), 1e-3);
  const auto flat = at::full({1, 3, 60, 80}, 0.4);
  EXPECT_LT(optical_flow(flat, flat).abs().max().item<double>(), 1e-3);
}

TEST(OpticalFlow, WarpingByTheFlowGivesTheFrame) {
  const auto large = texture(120, 150, 3);
  const auto before = large.slice(2, 4, 100).slice(3, 4, 132).contiguous(),
             after = large.slice(2, 6, 102).slice(3, 1, 129).contiguous();
  const auto middle = [](const at::Tensor& x) { return x.slice(2, 10, 86).slice(3, 10, 118); };
  const auto error = [&](const at::Tensor& x) { return (middle(x) - middle(after)).abs().mean().item<double>(); };
  EXPECT_LT(error(warped(before, optical_flow(before, after))), 0.25 * error(before));
}

TEST(OpticalFlow, TrustsNothingThatIsNew) {
  const auto one = texture(60, 80, 4), other = texture(60, 80, 5);
  const auto trust = [](const at::Tensor& a, const at::Tensor& b) {
    return flow_confidence(a, b, optical_flow(a, b), optical_flow(b, a)).mean().item<double>();
  };
  EXPECT_GT(trust(one, one), 0.9);
  EXPECT_LT(trust(one, other), 0.4);
}

TEST(Steady, TakesFlickerAway) {
  const auto frame = texture(64, 64, 6);
  Steady steady(0.8);
  for (int k = 0; k < 6; ++k) steady.hold(frame, (frame + (k % 2 ? 0.1 : -0.1)).clamp(0, 1));
  EXPECT_GT(steady.flicker_before(), 30);
  EXPECT_LT(steady.flicker_after(), 0.4 * steady.flicker_before());
}

TEST(Steady, StartsAfreshAtACutAndCanBeOff) {
  const auto one = at::zeros({1, 3, 48, 48}), other = at::ones({1, 3, 48, 48});
  Steady steady(0.8);
  steady.hold(one, one);
  EXPECT_LT((steady.hold(other, other) - other).abs().max().item<double>(), 0.02);
  Steady off(0);
  const auto frame = texture(48, 48, 7);
  off.hold(frame, frame);
  EXPECT_EQ((off.hold(frame, frame * 0.5) - frame * 0.5).abs().max().item<double>(), 0);
}

// As a film that was killed does.
TEST(Steady, GoesOnFromItsMemoryAsIfNothingHadBeen) {
  const auto large = texture(80, 100, 8);
  const auto frame = [&](int k) { return large.slice(2, k, 64 + k).slice(3, 2 * k, 80 + 2 * k).contiguous(); };
  Steady straight(0.7), first(0.7), second(0.7);
  for (int k = 0; k < 3; ++k) {
    straight.hold(frame(k), 1 - frame(k));
    first.hold(frame(k), 1 - frame(k));
  }
  second.go_on_from(first.memory());
  for (int k = 3; k < 5; ++k) EXPECT_TRUE(at::equal(straight.hold(frame(k), 1 - frame(k)), second.hold(frame(k), 1 - frame(k))));
  EXPECT_EQ(straight.flicker_after(), second.flicker_after());
  EXPECT_EQ(straight.flicker_before(), second.flicker_before());
}

}  // namespace
}  // namespace inkstone::transform
