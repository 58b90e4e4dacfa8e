#include "sample/caching.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "unit/sample/mixture.hpp"

namespace inkstone {
namespace {

std::vector<bool> reuses(const CachingOptions& options, const std::vector<double>& sigmas) {
  const Mixture data;
  std::vector<bool> said;
  const auto d = cached(data, options, [&](bool reuse) { said.push_back(reuse); });
  for (const double sigma : sigmas) (*d)(at::zeros({1}), sigma, {});
  return said;
}

TEST(Caching, EveryIntervalthEvaluationIsWhole) {
  EXPECT_EQ(reuses({.interval = 1}, {5, 4, 3}), (std::vector<bool>{false, false, false}));
  EXPECT_EQ(reuses({.interval = 3}, {6, 5, 4, 3, 2}), (std::vector<bool>{false, true, true, false, true}));
}

TEST(Caching, OutsideItsLevelsAllAreWhole) {
  EXPECT_EQ(reuses({.interval = 2, .least_sigma = 1, .most_sigma = 4}, {6, 5, 4, 3, 2, 1, 0.5}),
            (std::vector<bool>{false, false, false, true, false, false, false}));
  EXPECT_THROW(reuses({.interval = 0}, {}), Error);
}

}  // namespace
}  // namespace inkstone
