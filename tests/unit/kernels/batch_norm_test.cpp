#include "kernels/batch_norm.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

constexpr double kEpsilon = 1e-5;

at::Tensor channels_last(at::IntArrayRef shape) {
  return at::randn(shape).contiguous(at::MemoryFormat::ChannelsLast);
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  const auto x = a.to(at::kDouble), y = b.to(at::kDouble);
  return ((x - y).norm() / y.norm().clamp_min(1e-30)).item<double>();
}

TEST(BatchNorm, MomentsHoldFarFromZero) {
  const auto x = channels_last({3, 5, 40, 7}) * 0.01 + 1000;  // a sum of squares in float32 would have nothing left
  const auto moments = channel_moments(x);
  const auto rows = x.to(at::kDouble).transpose(0, 1).flatten(1);
  EXPECT_LT(distance(moments.mean, rows.mean(1)), 1e-6);
  EXPECT_LT(distance(moments.variance, rows.var(1, false)), 1e-3);
}

class BatchNormOf : public testing::TestWithParam<std::tuple<at::ScalarType, double, std::vector<int64_t>>> {};

TEST_P(BatchNormOf, EqualsFormulaAndItsGradient) {
  const auto [type, slope, shape] = GetParam();
  at::manual_seed(1);
  const auto x = in_rows((at::randn(shape) * 2 + 0.5).to(type)), dy = in_rows(at::randn(shape).to(type));
  const auto weight = at::rand({shape[1]}) + 0.5, bias = at::randn({shape[1]});
  const auto moments = channel_moments(x);
  const auto inverse = (moments.variance + kEpsilon).rsqrt();
  const auto scale = weight * inverse;

  const auto exact = x.to(at::kDouble).detach().requires_grad_();
  const auto w = weight.to(at::kDouble).requires_grad_(), b = bias.to(at::kDouble).requires_grad_();
  const auto expected = at::leaky_relu(at::batch_norm(exact, w, b, {}, {}, true, 0, kEpsilon, false), slope);
  expected.backward(dy.to(at::kDouble));

  const double tolerance = type == at::kFloat ? 1e-5 : 5e-3;
  EXPECT_LT(distance(scale_rectify(x, scale, bias - moments.mean * scale, slope), expected), tolerance);
  const auto found = batch_norm_backward(dy, x, moments.mean, inverse, weight, bias, slope);
  EXPECT_LT(distance(found.input, exact.grad()), tolerance);
  EXPECT_LT(distance(found.weight, w.grad()), tolerance);
  EXPECT_LT(distance(found.bias, b.grad()), tolerance);
}

INSTANTIATE_TEST_SUITE_P(All, BatchNormOf,
                         testing::Combine(testing::Values(at::kFloat, at::kBFloat16), testing::Values(0.0, 0.2, 1.0),
                                          testing::Values(std::vector<int64_t>{4, 3, 9, 5}, std::vector<int64_t>{2, 64, 16, 16},
                                                          std::vector<int64_t>{7, 33}, std::vector<int64_t>{600, 17, 1, 1})));

TEST(BatchNorm, ThreadsDoNotChangeTheResult) {
  const auto x = channels_last({8, 48, 16, 16});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = channel_moments(x);
  at::set_num_threads(2);
  const auto two = channel_moments(x);
  at::set_num_threads(threads);
  EXPECT_TRUE(at::equal(one.mean, two.mean) && at::equal(one.variance, two.variance));
}

TEST(BatchNorm, PassesNaNOn) {
  auto x = channels_last({1, 2, 2, 2}).to(at::kBFloat16);
  x.select(0, 0).select(0, 0).select(0, 0)[0] = std::nan("");
  const auto ones = at::ones({2});
  EXPECT_TRUE(scale_rectify(in_rows(x), ones, ones, 1).isnan().any().item<bool>());
}

}  // namespace
}  // namespace inkstone::kernels
