#include "kernels/winograd.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

double distance_over_norm(const at::Tensor& got, const at::Tensor& wanted) {
  return ((got.to(at::kDouble) - wanted).norm() / wanted.norm()).item<double>();
}

struct Layer {
  int64_t n, in, out, height, width, padding;
};

class WinogradTest : public testing::TestWithParam<Layer> {};

// All three passes against libtorch in double precision; sides that tiles of four do not divide.
TEST_P(WinogradTest, EqualsTheConvolutionAndItsGradients) {
  const auto [n, in, out, height, width, padding] = GetParam();
  at::manual_seed(3);
  const auto x = at::randn({n, in, height, width}), w = at::randn({out, in, 3, 3}), b = at::randn({out});
  if (!suits_winograd(x, w, padding)) GTEST_SKIP() << "this processor or oneDNN has no such kernels";
  const auto X = x.to(at::kDouble).requires_grad_(), W = w.to(at::kDouble).requires_grad_(),
             B = b.to(at::kDouble).requires_grad_();
  const auto wanted = at::conv2d(X, W, B, 1, padding);
  const auto got = winograd(x, w, b, padding);
  EXPECT_LT(distance_over_norm(got.y, wanted.detach()), 1e-5);
  EXPECT_LT(distance_over_norm(winograd(x, w, {}, padding).y, at::conv2d(X, W, {}, 1, padding).detach()), 1e-5);
  const auto dy = at::randn(wanted.sizes());
  wanted.backward(dy.to(at::kDouble));
  const auto gradients = winograd_backward(dy, got.input, x.sizes(), w, padding, true, true);
  EXPECT_LT(distance_over_norm(gradients.x, X.grad()), 1e-5);
  EXPECT_LT(distance_over_norm(gradients.weight, W.grad()), 1e-5);
  EXPECT_LT(distance_over_norm(gradients.bias, B.grad()), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Layers, WinogradTest,
                         testing::Values(Layer{2, 32, 48, 17, 23, 1}, Layer{1, 64, 32, 9, 6, 0}, Layer{3, 48, 64, 14, 14, 1}));

TEST(Winograd, LeavesOtherLayersAlone) {
  const auto x = at::randn({1, 32, 16, 16}), w = at::randn({32, 32, 3, 3});
  EXPECT_FALSE(suits_winograd(x.to(at::kBFloat16), w, 1));
  EXPECT_FALSE(suits_winograd(x.to(at::kDouble), w.to(at::kDouble), 1));
  EXPECT_FALSE(suits_winograd(x, at::randn({32, 32, 5, 5}), 1));
  EXPECT_FALSE(suits_winograd(x, at::randn({3, 32, 3, 3}), 1));
  EXPECT_FALSE(suits_winograd(x.narrow(2, 0, 4), w, 1));
}

}  // namespace
}  // namespace inkstone::kernels
