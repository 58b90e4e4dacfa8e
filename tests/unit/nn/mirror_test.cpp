#include "nn/mirror.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::nn {
namespace {

TEST(Mirror, EqualsReflectionPadding) {
  at::manual_seed(1);
  for (const auto& [before, after] : {std::pair<int64_t, int64_t>{1, 1}, {4, 4}, {0, 1}, {2, 0}}) {
    const auto x = at::randn({2, 3, 7, 6}).requires_grad_(), y = x.detach().clone().requires_grad_();
    const auto got = mirrored(x, before, after), wanted = at::reflection_pad2d(y, {before, after, before, after});
    ASSERT_TRUE(at::equal(got, wanted));
    const auto weight = at::randn(got.sizes());
    (got * weight).sum().backward();
    (wanted * weight).sum().backward();
    EXPECT_LT((x.grad() - y.grad()).abs().max().item<double>(), 1e-5);
  }
}

}  // namespace
}  // namespace inkstone::nn
