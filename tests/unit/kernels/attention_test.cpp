#include "kernels/attention.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

at::Tensor by_formula(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto scores = at::matmul(q.to(at::kDouble), k.to(at::kDouble).transpose(-1, -2)) / std::sqrt(double(q.size(3)));
  return at::matmul(at::softmax(scores, -1), v.to(at::kDouble));
}

double error_of(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto exact = by_formula(q, k, v);
  return ((attention(q, k, v).to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

struct AttentionCase {
  int64_t pictures, heads, queries, keys, depth;
};

class Attention : public testing::TestWithParam<AttentionCase> {
 protected:
  // As linear layers leave them: [N,L,heads,D] in memory.
  static at::Tensor drawn(int64_t n, int64_t length, const AttentionCase& c) {
    return at::randn({n, length, c.heads, c.depth}).transpose(1, 2);
  }
};

TEST_P(Attention, IsTheFormula) {
  const auto c = GetParam();
  at::manual_seed(1);
  const auto q = drawn(c.pictures, c.queries, c), k = drawn(c.pictures, c.keys, c), v = drawn(c.pictures, c.keys, c);
  EXPECT_LT(error_of(q, k, v), 1e-5);
  EXPECT_LT(error_of(q.to(at::kBFloat16), k.to(at::kBFloat16), v.to(at::kBFloat16)), 6e-3);
  EXPECT_EQ(attention(q, k, v).sizes(), q.sizes());
}

INSTANTIATE_TEST_SUITE_P(Shapes, Attention,
                         testing::Values(AttentionCase{1, 1, 1, 1, 2}, AttentionCase{2, 3, 5, 77, 40},
                                         AttentionCase{1, 8, 100, 300, 40}, AttentionCase{2, 2, 49, 513, 64},
                                         AttentionCase{1, 2, 64, 64, 80}, AttentionCase{1, 1, 7, 1000, 160},
                                         AttentionCase{1, 2, 48, 256, 6}, AttentionCase{1, 1, 3, 65, 250},
                                         AttentionCase{3, 1, 96, 63, 33}));

TEST(AttentionOfLargeScores, StaysFinite) {
  at::manual_seed(2);
  const auto q = at::randn({1, 2, 50, 64}) * 40, k = at::randn({1, 2, 300, 64}) * 40, v = at::randn({1, 2, 300, 64});
  EXPECT_LT(error_of(q.to(at::kBFloat16), k.to(at::kBFloat16), v.to(at::kBFloat16)), 2e-2);
}

// The largest score last: every block before it must be scaled down.
TEST(AttentionOfLargeScores, FollowsAMaximumThatRises) {
  at::manual_seed(3);
  const auto q = at::ones({1, 1, 4, 32}),
             k = at::arange(0, 1024).div(100).view({1, 1, 1024, 1}).expand({1, 1, 1024, 32}).contiguous(),
             v = at::randn({1, 1, 1024, 32});
  EXPECT_LT(error_of(q.to(at::kBFloat16), k.to(at::kBFloat16), v.to(at::kBFloat16)), 1e-2);
}

TEST(AttentionOfOneKey, IsItsValue) {
  const auto q = at::randn({1, 2, 70, 40}, at::kBFloat16), k = at::randn({1, 2, 1, 40}, at::kBFloat16),
             v = at::randn({1, 2, 1, 40}, at::kBFloat16);
  EXPECT_TRUE(attention(q, k, v).equal(v.expand({1, 2, 70, 40})));
}

// Permuting keys and values together changes nothing but rounding.
TEST(AttentionOfAnyOrder, IsTheSame) {
  at::manual_seed(4);
  const auto q = at::randn({1, 2, 20, 40}), k = at::randn({1, 2, 150, 40}), v = at::randn({1, 2, 150, 40}),
             order = at::randperm(150);
  const auto a = attention(q, k, v), b = attention(q, k.index_select(2, order), v.index_select(2, order));
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-5);
}

}  // namespace
}  // namespace inkstone::kernels
