#include "nn/recompute.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "nn/frozen.hpp"

namespace inkstone::nn {
namespace {

struct Gradients {
  at::Tensor value, x, shared, first, second;
  int calls = 0;
};

// Two layers, each a block, with an input that both share.
Gradients gradients_of(bool recompute, bool reduced = false) {
  at::manual_seed(0);
  torch::nn::Linear one(6, 6), two(6, 6);
  auto x = at::randn({4, 6}).requires_grad_(), shared = at::randn({6}).requires_grad_();
  Gradients found;
  at::autocast::set_cpu_enabled(reduced);
  auto h = x * 1;
  for (auto layer : {one, two}) {
    const auto block = [layer = layer.ptr(), &found](const std::vector<at::Tensor>& in) {
      ++found.calls;
      return at::gelu(layer->forward(in[0]).to(at::kFloat)) * in[1] + in[0];
    };
    h = recompute ? recomputed(block, {h, shared}, leaves_of(*layer)) : block({h, shared});
  }
  at::autocast::clear_cache();
  at::autocast::set_cpu_enabled(false);
  found.value = h.detach();
  h.square().sum().backward();
  found.x = x.grad(), found.shared = shared.grad(), found.first = one->weight.grad(), found.second = two->bias.grad();
  return found;
}

void expect_same(const Gradients& a, const Gradients& b) {
  for (const auto field : {&Gradients::value, &Gradients::x, &Gradients::shared, &Gradients::first, &Gradients::second}) {
    ASSERT_TRUE((a.*field).defined() && (b.*field).defined());
    EXPECT_TRUE(at::equal(a.*field, b.*field)) << (a.*field - b.*field).abs().max();
  }
}

TEST(Recompute, GradientsAreTheSameToTheBit) {
  const auto plain = gradients_of(false), again = gradients_of(true);
  expect_same(plain, again);
  EXPECT_EQ(plain.calls, 2);
  EXPECT_EQ(again.calls, 4);
}

TEST(Recompute, TakesUpThePrecisionOfTheForwardPass) {
  const auto plain = gradients_of(false, true), again = gradients_of(true, true);
  expect_same(plain, again);
  EXPECT_FALSE(at::equal(plain.value, gradients_of(false).value));  // it was bfloat16 indeed
}

// As the training loop asks: gradients of some leaves alone.
TEST(Recompute, ReachesTheLeavesThatABackwardPassIsAskedFor) {
  at::manual_seed(0);
  torch::nn::Linear layer(5, 5);
  const auto x = at::randn({2, 5});
  const auto block = [layer = layer.ptr()](const std::vector<at::Tensor>& in) { return layer->forward(in[0]).tanh(); };
  const auto loss = recomputed(block, {x}, leaves_of(*layer)).sum();
  torch::autograd::backward({loss}, {}, c10::nullopt, false, {layer->weight});
  ASSERT_TRUE(layer->weight.grad().defined());
  const auto once = layer->weight.grad().clone();
  layer->zero_grad();
  layer(x).tanh().sum().backward();
  EXPECT_TRUE(at::equal(once, layer->weight.grad()));
}

TEST(Recompute, IsTheBlockWhereNobodyAsksForGradients) {
  int calls = 0;
  const auto block = [&](const std::vector<at::Tensor>& in) { return ++calls, in[0] * 2; };
  EXPECT_FALSE(recomputed(block, {at::ones({2})}, {}).requires_grad());
  const at::NoGradGuard none;
  EXPECT_FALSE(recomputed(block, {at::ones({2}).requires_grad_()}, {}).requires_grad());
  EXPECT_EQ(calls, 2);
}

TEST(Recompute, FindsLowRankChangesAmongTheLeaves) {
  FrozenLinear frozen(4, 4);
  EXPECT_TRUE(leaves_of(*frozen).empty());
  frozen->low_rank = LowRank(4, 4, 2, 1.0);
  EXPECT_EQ(leaves_of(*frozen).size(), 2u);
  AdaptableLinear linear(4, 4);
  linear->low_rank = LowRank(4, 4, 2, 1.0);
  EXPECT_EQ(leaves_of(*linear).size(), 4u);
}

}  // namespace
}  // namespace inkstone::nn
