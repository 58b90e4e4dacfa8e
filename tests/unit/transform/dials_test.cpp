#include "transform/dials.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::transform {
namespace {

double furthest(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

struct Pictures {
  at::Tensor photograph = at::rand({1, 3, 40, 60}), painting = at::rand({1, 3, 40, 60});
};

TEST(Dials, StrengthGoesFromPhotographToPainting) {
  const Pictures p;
  EXPECT_EQ(furthest(with_dials(p.photograph, p.painting, {1, 0}), p.painting), 0);
  EXPECT_EQ(furthest(with_dials(p.photograph, p.painting, {0, 0}), p.photograph), 0);
  EXPECT_LT(furthest(with_dials(p.photograph, p.painting, {0.5, 0}), (p.photograph + p.painting) / 2), 1e-6);
}

TEST(Dials, RetentionBringsBackTheDrawingAndKeepsTheColours) {
  // A sharp edge in the photograph, a flat warm painting.
  auto photograph = at::full({1, 3, 48, 64}, 0.3);
  photograph.slice(3, 32, 64).fill_(0.7);
  auto painting = at::full({1, 3, 48, 64}, 0.4);
  painting.select(1, 0).fill_(0.6);
  const auto mixed = with_dials(photograph, painting, {1, 1});
  const auto step = (mixed.select(3, 32) - mixed.select(3, 31)).mean().item<double>();
  EXPECT_GT(step, 0.28);  // of 0.4: the slope of the large tones is the painting's
  EXPECT_NEAR((mixed.select(1, 0) - mixed.select(1, 2)).mean().item<double>(), 0.2, 0.02);
  EXPECT_NEAR(mixed.mean().item<double>(), painting.mean().item<double>(), 0.02);
}

TEST(Dials, TakesAnySize) {
  const auto dot = at::rand({1, 3, 1, 1}), line = at::rand({1, 3, 1, 200});
  EXPECT_EQ(with_dials(dot, dot, {0.5, 0.5}).sizes(), dot.sizes());
  EXPECT_EQ(with_dials(line, line, {0.5, 0.5}).sizes(), line.sizes());
}

}  // namespace
}  // namespace inkstone::transform
