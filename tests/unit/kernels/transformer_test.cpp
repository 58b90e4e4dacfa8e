#include "kernels/transformer.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

TEST(LayerNorm, IsPyTorchs) {
  at::manual_seed(1);
  for (const int64_t width : {1, 7, 32, 320, 1283}) {
    const auto x = at::randn({3, 5, width}) * 4 + 10, w = at::randn({width}), b = at::randn({width});
    EXPECT_LT(largest_difference(layer_norm(x, w, b, 1e-5), at::layer_norm(x, {width}, w, b, 1e-5)), 2e-4) << width;
    const auto half = x.to(at::kBFloat16);
    const auto exact = at::layer_norm(half.to(at::kDouble), {width}, w.to(at::kDouble), b.to(at::kDouble), 1e-5);
    EXPECT_LT(largest_difference(layer_norm(half, w, b, 1e-5), exact), 0.07) << width;
  }
}

TEST(Geglu, IsTheFormula) {
  at::manual_seed(2);
  const auto x = at::cat({at::randn({4, 9, 74}) * 3, at::linspace(-12, 12, 74).view({1, 1, 74}).expand({4, 1, 74})}, 1);
  const auto exact = x.narrow(-1, 0, 37).to(at::kDouble) * at::gelu(x.narrow(-1, 37, 37).to(at::kDouble));
  EXPECT_LT(largest_difference(geglu(x), exact), 1e-5);
  EXPECT_LT(largest_difference(geglu(x.to(at::kBFloat16)), exact), 0.9);  // of values up to 144
}

TEST(Geglu, StaysFiniteFarOut) {
  const auto x = at::tensor({1.f, 1.f, 1.f, -1e30f, 1e4f, 0.f}).view({1, 6});
  EXPECT_TRUE(geglu(x).equal(at::tensor({-0.f, 1e4f, 0.f}).view({1, 3})));
}

}  // namespace
}  // namespace inkstone::kernels
