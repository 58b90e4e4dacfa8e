#include "eval/moments.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "eval/frechet.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

at::Tensor rows(int64_t count, int64_t dimension, double offset = 0) {
  at::manual_seed(3);
  return at::randn({count, dimension}, at::kDouble) + offset;
}

TEST(Moments, BatchesMergedInAnyOrderGiveTheMomentsOfTheWhole) {
  const auto x = rows(500, 7, 1e4);  // far from zero, where sums of squares would lose their digits
  Moments first, second;
  first.add(x.narrow(0, 0, 3));
  second.add(x.narrow(0, 3, 400));
  second.add(x.narrow(0, 403, 97));
  first.merge(second);
  first.merge(Moments());
  EXPECT_EQ(first.count(), 500);
  EXPECT_TRUE(at::allclose(first.mean(), x.mean(0), 1e-12));
  EXPECT_TRUE(at::allclose(first.covariance(), x.t().cov(), 1e-9, 1e-9));
}

TEST(Moments, MergingLeavesTheOtherAlone) {
  const auto part = moments_of(rows(10, 3));
  Moments all;
  all.merge(part);
  all.add(rows(5, 3, 2));
  EXPECT_EQ(part.count(), 10);
  EXPECT_TRUE(at::allclose(part.covariance(), rows(10, 3).t().cov()));
}

TEST(Moments, RefusesWhatCannotBeCounted) {
  Moments moments = moments_of(rows(4, 3));
  EXPECT_THROW(moments.add(rows(4, 2)), Error);
  EXPECT_THROW(moments.add(at::full({2, 3}, std::nan(""))), Error);
  EXPECT_THROW(moments_of(rows(1, 3)).covariance(), Error);
  EXPECT_EQ(moments.count(), 4);
}

// Between Gaussians with diagonal covariances the distance is a sum over dimensions: (m1 - m2)^2 + (s1 - s2)^2.
TEST(Frechet, OfDiagonalGaussiansIsKnown) {
  const auto m1 = at::tensor({0.0, 1.0}, at::kDouble), m2 = at::tensor({3.0, 1.5}, at::kDouble);
  const auto s1 = at::tensor({2.0, 0.5}, at::kDouble), s2 = at::tensor({1.0, 4.0}, at::kDouble);
  const Moments a(100, m1, at::diag(s1 * s1)), b(100, m2, at::diag(s2 * s2));
  EXPECT_NEAR(frechet_distance(a, b).distance, 9 + 0.25 + 1 + 12.25, 1e-10);
  EXPECT_NEAR(frechet_distance(b, a).distance, frechet_distance(a, b).distance, 1e-10);
}

TEST(Frechet, SquareRootSquaresToTheMatrix) {
  const auto x = rows(30, 6);
  const auto c = at::mm(x.t(), x);
  const auto root = square_root(c);
  EXPECT_TRUE(at::allclose(at::mm(root, root), c, 1e-10));
  EXPECT_TRUE(at::allclose(root, root.t(), 1e-10));
}

TEST(Frechet, RefusesMatricesThatAreNoCovariances) {
  EXPECT_THROW(square_root(at::diag(at::tensor({1.0, -0.1}, at::kDouble))), Error);
  EXPECT_THROW(square_root(at::tensor({1.0, 0.5, 0.0, 1.0}, at::kDouble).view({2, 2})), Error);
  EXPECT_THROW(frechet_distance(moments_of(rows(9, 2)), moments_of(rows(9, 3))), Error);
}

}  // namespace
}  // namespace inkstone
