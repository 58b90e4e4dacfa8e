#include "nn/group_norm.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

struct NormCase {
  int64_t pictures, channels, height, width;
  bool shifted, silu;
};

struct Outcome {
  at::Tensor y, dx, dshift, dweight, dbias;
};

GroupNorm layer_for(int64_t channels, at::ScalarType type) {
  at::manual_seed(7);
  GroupNorm norm(channels);
  const at::NoGradGuard fixed;
  norm->weight.normal_(1, 0.3);
  norm->bias.normal_(0, 0.3);
  norm->to(type);
  return norm;
}

// The layer in the arithmetic of `type`: float64 takes libtorch's own operators, the others the fused sweep.
Outcome run(const NormCase& c, at::ScalarType type, double offset = 0) {
  auto norm = layer_for(c.channels, type == at::kDouble ? at::kDouble : at::kFloat);
  at::manual_seed(11);
  auto x = at::randn({c.pictures, c.channels, c.height, c.width}) * 2 + offset;
  auto shift = c.shifted ? at::randn({c.pictures, c.channels}) : at::Tensor();
  const auto dy = at::randn(x.sizes()).to(type);
  x = x.to(type).requires_grad_();
  if (c.shifted) shift = shift.to(type).requires_grad_();
  const auto y = c.silu ? norm->silu(x, shift) : norm(x);
  std::vector<at::Tensor> inputs = {x, norm->weight, norm->bias};
  if (c.shifted) inputs.push_back(shift);
  auto g = torch::autograd::grad({y}, inputs, {dy});
  return {y.detach(), g[0], c.shifted ? g[3] : at::Tensor(), g[1], g[2]};
}

double error(const at::Tensor& got, const at::Tensor& expected) {
  if (!expected.defined()) return got.defined() ? 1 : 0;
  return ((got.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

void expect_parity(const NormCase& c, at::ScalarType type, double tolerance) {
  const auto got = run(c, type), expected = run(c, at::kDouble);
  EXPECT_EQ(got.y.scalar_type(), type);
  EXPECT_EQ(got.dx.scalar_type(), type);
  EXPECT_LT(error(got.y, expected.y), tolerance);
  EXPECT_LT(error(got.dx, expected.dx), tolerance);
  EXPECT_LT(error(got.dshift, expected.dshift), tolerance);
  EXPECT_LT(error(got.dweight, expected.dweight), tolerance);
  EXPECT_LT(error(got.dbias, expected.dbias), tolerance);
}

const NormCase kCases[] = {{3, 32, 7, 5, true, true},  {2, 12, 1, 1, false, true},   {1, 96, 16, 16, true, true},
                           {2, 700, 3, 3, true, true}, {4, 64, 9, 11, false, false}, {2, 5, 13, 1, true, true},
                           {2, 48, 40, 1, false, true}};

TEST(GroupNorm, Float32EqualsFloat64OfLibtorch) {
  for (const auto& c : kCases) expect_parity(c, at::kFloat, 3e-5);
}

TEST(GroupNorm, Bfloat16StaysWithinItsRounding) {
  for (const auto& c : kCases) expect_parity(c, at::kBFloat16, 2e-2);
}

TEST(GroupNorm, MeanFarFromZeroCostsNoDigits) {
  const NormCase c{2, 32, 16, 16, false, true};
  const auto got = run(c, at::kFloat, 1000), expected = run(c, at::kDouble, 1000);
  EXPECT_LT(error(got.y, expected.y), 1e-3);  // the input itself has lost three digits
}

TEST(GroupNorm, PictureDoesNotDependOnItsBatch) {
  auto norm = layer_for(32, at::kFloat);
  const auto x = at::randn({5, 32, 8, 8});
  EXPECT_TRUE(norm->silu(x)[3].equal(norm->silu(x.narrow(0, 3, 1))[0]));
}

TEST(GroupNorm, NotANumberIsPassedOn) {
  auto norm = layer_for(32, at::kFloat);
  auto x = at::randn({2, 32, 4, 4});
  x[1][5][2][2] = std::numeric_limits<float>::quiet_NaN();
  const auto y = norm->silu(x);
  EXPECT_TRUE(y[1].isnan().any().item<bool>());
  EXPECT_FALSE(y[0].isnan().any().item<bool>());
  EXPECT_TRUE(norm->silu(x.to(at::kBFloat16))[1].isnan().any().item<bool>());
}

TEST(GroupNorm, DropoutFollowsTheGlobalGeneratorAndKeepsTheMean) {
  auto norm = layer_for(64, at::kFloat);
  const auto x = at::randn({4, 64, 16, 16});
  const auto whole = norm->silu(x);
  const auto dropped = [&](uint64_t seed) {
    at::manual_seed(seed);
    return norm->silu(x, {}, 0.25);
  };
  const auto a = dropped(1);
  EXPECT_TRUE(a.equal(dropped(1)));
  EXPECT_FALSE(a.equal(dropped(2)));
  const auto kept = a != 0;
  EXPECT_NEAR(kept.to(at::kFloat).mean().item<double>(), 0.75, 0.005);
  EXPECT_TRUE(at::allclose(a.masked_select(kept), whole.masked_select(kept) / 0.75));
  // neighbours, channels and pictures are independent
  const auto bits = kept.to(at::kFloat) - 0.75;
  for (int dimension = 0; dimension < 4; ++dimension)
    EXPECT_NEAR((bits * bits.roll(1, dimension)).mean().item<double>(), 0, 0.005);
  norm->eval();
  EXPECT_TRUE(norm->silu(x, {}, 0.25).equal(whole));
}

TEST(GroupNorm, GradientUnderDropoutIsThatOfTheMask) {
  auto norm = layer_for(8, at::kFloat);
  const auto x = at::randn({2, 8, 6, 6}).requires_grad_(), dy = at::randn({2, 8, 6, 6});
  at::manual_seed(3);
  const auto y = norm->silu(x, {}, 0.5);
  const auto dx = torch::autograd::grad({y}, {x}, {dy})[0];
  const auto mask = (y != 0).to(at::kFloat) * 2;
  const auto expected = torch::autograd::grad({norm->silu(x)}, {x}, {dy * mask})[0];
  EXPECT_LT(((dx - expected).norm() / expected.norm()).item<double>(), 1e-5);
}

TEST(GroupNorm, SecondDerivativeIsRefusedAloud) {
  auto norm = layer_for(8, at::kFloat);
  const auto x = at::randn({1, 8, 4, 4}).requires_grad_();
  EXPECT_THROW(torch::autograd::grad({norm->silu(x).sum()}, {x}, {}, true, true), Error);
}

TEST(GroupNorm, GroupsAreThirtyTwoOrOfFourChannels) {
  EXPECT_EQ(group_count(128), 32);
  EXPECT_EQ(group_count(64), 16);
  EXPECT_EQ(group_count(144), 24);
  EXPECT_EQ(group_count(3), 1);
}

}  // namespace
}  // namespace inkstone::nn
