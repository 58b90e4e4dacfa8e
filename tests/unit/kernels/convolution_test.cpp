#include "kernels/convolution.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace inkstone::kernels {
namespace {

struct Shape {
  int64_t in, out, kernel, height, width;
};

class FrozenConvolutionTest : public testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    at::manual_seed(7);
    const auto s = GetParam();
    weight_ = at::randn({s.out, s.in, s.kernel, s.kernel});
    bias_ = at::randn({s.out});
    x_ = at::randn({1, s.in, s.height, s.width}).contiguous(at::MemoryFormat::ChannelsLast);
  }
  at::Tensor weight_, bias_, x_;
};

double relative_error(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kFloat) - b).norm() / (b.norm() + 1e-12)).item<double>();
}

TEST_P(FrozenConvolutionTest, EqualsAten) {
  FrozenConvolution convolution(weight_, bias_);
  const auto expected = at::conv2d(x_, weight_, bias_, 1, weight_.size(2) / 2);
  EXPECT_LT(relative_error(convolution.forward(x_, false), expected), 1e-6);
  EXPECT_LT(relative_error(convolution.forward(x_, true), at::relu(expected)), 1e-6);
}

TEST_P(FrozenConvolutionTest, BackwardEqualsAutograd) {
  FrozenConvolution convolution(weight_, bias_);
  auto x = x_.clone().set_requires_grad(true);
  const auto y = at::conv2d(x, weight_, bias_, 1, weight_.size(2) / 2);
  convolution.forward(x_, true);  // both directions from one object, as the feature pass uses it
  const auto dy = at::randn_like(y);
  const auto expected = torch::autograd::grad({y}, {x}, {dy})[0];
  EXPECT_LT(relative_error(convolution.backward_data(dy), expected), 1e-6);
}

TEST_P(FrozenConvolutionTest, Bfloat16StaysNear) {
  FrozenConvolution convolution(weight_, bias_);
  const auto expected = at::conv2d(x_, weight_, bias_, 1, weight_.size(2) / 2);
  const auto y = convolution.forward(x_.to(at::kBFloat16), false);
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  EXPECT_LT(relative_error(y, expected), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(Shapes, FrozenConvolutionTest,
                         testing::Values(Shape{3, 16, 3, 20, 13}, Shape{16, 24, 3, 7, 9}, Shape{20, 64, 1, 5, 5},
                                         Shape{64, 64, 3, 12, 16}, Shape{1, 1, 3, 1, 1}, Shape{8, 8, 5, 12, 3}));

TEST(FrozenConvolution, ServesChangingSizes) {
  const auto weight = at::randn({4, 3, 3, 3}), bias = at::randn({4});
  FrozenConvolution convolution(weight, bias);
  for (int64_t side = 3; side < 70; ++side) {
    const auto x = at::randn({1, 3, side, side + 1});
    EXPECT_TRUE(at::allclose(convolution.forward(x, false), at::conv2d(x, weight, bias, 1, 1), 1e-4, 1e-4)) << side;
  }
}

}  // namespace
}  // namespace inkstone::kernels
