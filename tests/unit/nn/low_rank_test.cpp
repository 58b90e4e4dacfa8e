#include "nn/low_rank.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/frozen.hpp"

namespace inkstone::nn {
namespace {

void give(at::Tensor& parameter, const at::Tensor& values) {
  parameter.set_data(values);
}

TEST(LowRank, ChangesNothingUntilItIsTrained) {
  at::manual_seed(0);
  AdaptableLinear linear(6, 4);
  const auto x = at::randn({2, 3, 6});
  const auto before = linear(x);
  linear->low_rank = LowRank(6, 4, 2, 1.0);
  EXPECT_TRUE(at::equal(linear(x), before));
  EXPECT_EQ(linear->parameters().size(), 2u);  // the change is somebody else's
}

TEST(LowRank, AddsTheProductScaled) {
  at::manual_seed(0);
  AdaptableLinear linear(6, 4);
  LowRank change(6, 4, 2, 3.0);
  const auto matrices = change->named_parameters();
  const auto a = matrices["lora_down.weight"], b = matrices["lora_up.weight"];
  {
    const at::NoGradGuard fixed;
    b.normal_();
  }
  const auto x = at::randn({5, 6});
  const auto wanted = at::linear(x, linear->weight + 1.5 * at::matmul(b, a), linear->bias);
  linear->low_rank = change;
  EXPECT_TRUE(at::allclose(linear(x), wanted, 1e-5, 1e-5));
  EXPECT_EQ(change->named_buffers()["alpha"].item<double>(), 3);
}

// The same answer by packed weights and by libtorch's operators, which stand in where a gradient is wanted.
TEST(FrozenLayers, AnswerAlikeWithAndWithoutGradients) {
  at::manual_seed(0);
  FrozenLinear linear(8, 6);
  FrozenConv2d convolution(4, 6, 3, 2, 1);
  FrozenGroupNorm group_norm(2, 4);
  FrozenLayerNorm layer_norm(8);
  give(linear->weight, at::randn({6, 8}));
  give(linear->bias, at::randn({6}));
  give(convolution->weight, at::randn({6, 4, 3, 3}));
  give(convolution->bias, at::randn({6}));
  for (auto* norm : {&group_norm->weight, &layer_norm->weight}) give(*norm, at::rand(norm->sizes()) + 0.5);
  for (auto* norm : {&group_norm->bias, &layer_norm->bias}) give(*norm, at::randn(norm->sizes()));
  const auto rows = at::randn({3, 8}), pictures = at::randn({2, 4, 7, 9}), shift = at::randn({2, 4}),
             residual = at::randn({3, 6});
  const auto answers = [&](bool gradients) {
    const auto x = rows.clone().requires_grad_(gradients), p = pictures.clone().requires_grad_(gradients);
    return std::vector<at::Tensor>{linear(x, residual), convolution(p), group_norm->silu(p, shift), group_norm(p), layer_norm(x)};
  };
  const auto packed = answers(false), plain = answers(true);
  for (std::size_t k = 0; k < packed.size(); ++k) {
    EXPECT_FALSE(packed[k].requires_grad()) << k;
    EXPECT_TRUE(plain[k].requires_grad()) << k;
    EXPECT_TRUE(at::allclose(packed[k], plain[k].detach(), 1e-4, 1e-5)) << k;
  }
}

TEST(FrozenLayers, GiveGradientsToWhatIsPutOnThem) {
  at::manual_seed(0);
  FrozenLinear linear(8, 6, false);
  give(linear->weight, at::randn({6, 8}));
  linear->low_rank = LowRank(8, 6, 2, 2.0);
  linear(at::randn({3, 8})).sum().backward();
  for (const auto& item : linear->low_rank->named_parameters()) EXPECT_TRUE(item.value().grad().defined()) << item.key();
  EXPECT_FALSE(linear->weight.grad().defined());
}

}  // namespace
}  // namespace inkstone::nn
