#include "objectives/perceptual.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/perceptual/perceptual.hpp"
#include "objectives/gram.hpp"

namespace inkstone::objectives {
namespace {

const PerceptualSettings kShallow{{"relu2_1"}, {"relu1_1", "relu2_1"}, PerceptualScale::relative};

TEST(PerceptualLoss, VanishesWhereThePaintingIsPhotographAndStyle) {
  PerceptualLoss loss(embedded_network(), kShallow);
  const auto picture = at::rand({1, 3, 32, 32});
  loss.set_styles({picture});
  const auto terms = loss(picture, picture);
  EXPECT_LT(terms.content.item<double>(), 1e-9);
  EXPECT_LT(terms.style.item<double>(), 1e-9);
}

TEST(PerceptualLoss, ComparesTexturesOfAnySize) {
  PerceptualLoss loss(embedded_network(), kShallow);
  const auto tile = at::rand({1, 3, 16, 16});
  loss.set_styles({tile.repeat({1, 1, 4, 4})});
  const auto alike = loss(tile.repeat({1, 1, 8, 8}), tile.repeat({1, 1, 8, 8})).style.item<double>();
  const auto unlike = loss(at::full({1, 3, 64, 64}, 0.5), at::rand({1, 3, 64, 64})).style.item<double>();
  EXPECT_LT(alike, 0.01 * unlike);
}

TEST(PerceptualLoss, IsAMeanOverPictures) {
  PerceptualLoss loss(embedded_network(), kShallow);
  loss.set_styles({at::rand({1, 3, 32, 32})});
  const auto a = at::rand({1, 3, 32, 32}), b = at::rand({1, 3, 32, 32}), photo = at::rand({1, 3, 32, 32});
  const auto both = loss(at::cat({a, b}), at::cat({photo, photo})), first = loss(a, photo), second = loss(b, photo);
  EXPECT_NEAR(both.content.item<double>(), (first.content + second.content).item<double>() / 2, 1e-5);
  EXPECT_NEAR(both.style.item<double>(), (first.style + second.style).item<double>() / 2, 1e-5);
  EXPECT_NEAR(both.variation.item<double>(), (first.variation + second.variation).item<double>() / 2, 1e-1);
}

TEST(GramMatrix, EqualsTheSumOverPositionsWithItsGradient) {
  at::manual_seed(4);
  const auto x = at::randn({2, 5, 6, 7}).requires_grad_(), y = x.detach().clone().requires_grad_(), weight = at::randn({2, 5, 5});
  const auto rows = y.flatten(2);
  const auto got = gram_matrix(x), wanted = at::matmul(rows, rows.transpose(1, 2));
  EXPECT_LT((got - wanted).abs().max().item<double>(), 1e-4);
  (got * weight).sum().backward();
  (wanted * weight).sum().backward();
  EXPECT_LT((x.grad() - y.grad()).abs().max().item<double>(), 1e-4);
}

// Along the gradient the loss changes as the gradient says.
TEST(PerceptualLoss, GradientMatchesFiniteDifferences) {
  PerceptualLoss loss(embedded_network(), kShallow);
  at::manual_seed(2);
  loss.set_styles({at::rand({1, 3, 24, 24})});
  const auto photo = at::rand({1, 3, 24, 24});
  auto painted = at::rand({1, 3, 24, 24}).requires_grad_();
  const auto total = [&](const at::Tensor& x) {
    const auto terms = loss(x, photo);
    return terms.content + terms.style + 1e-4 * terms.variation;
  };
  total(painted).backward();
  const auto direction = painted.grad() / painted.grad().norm();
  const double step = 2e-2;
  const at::NoGradGuard frozen;
  const double slope = (total(painted + step * direction) - total(painted - step * direction)).item<double>() / (2 * step);
  EXPECT_NEAR(slope, painted.grad().norm().item<double>(), 0.05 * std::abs(slope));
}

TEST(PerceptualLoss, RefusesUnknownLayers) {
  EXPECT_THROW(PerceptualLoss(embedded_network(), {{"relu9_9"}, {"relu1_1"}, PerceptualScale::relative}), Error);
}

}  // namespace
}  // namespace inkstone::objectives
