#include "sample/brownian_path.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "sample/solvers/table.hpp"
#include "tensor/noise.hpp"
#include "unit/sample/mixture.hpp"

namespace inkstone {
namespace {

const std::vector<int64_t> kPlane = {1, 64, 64};
const std::vector<int64_t> kSmall = {1, 16, 16};

TEST(BrownianPath, EveryStepIsAStandardNormal) {
  const BrownianPath path({1, 2}, kPlane, 10, 0.1);
  for (const auto& [from, to] : {std::pair{10.0, 0.1}, {10.0, 9.9}, {3.3, 1.7}, {0.2, 0.1}}) {
    const auto z = path.between(from, to);
    EXPECT_EQ(z.sizes(), at::IntArrayRef({2, 1, 64, 64}));
    EXPECT_NEAR(z.mean().item<double>(), 0, 0.04);
    EXPECT_NEAR(z.var().item<double>(), 1, 0.06) << from << " to " << to;
  }
  const auto correlation = (path.between(10, 3) * path.between(3, 1)).mean().item<double>();
  EXPECT_NEAR(correlation, 0, 0.04);  // increments are independent
}

TEST(BrownianPath, TwoStepsAreTheirSum) {
  const BrownianPath path({5}, kPlane, 16, 1);  // levels even in ln sigma: 16, 4, 1 halve it
  const auto whole = path.between(16, 1), first = path.between(16, 4), second = path.between(4, 1);
  EXPECT_LT((whole - (first + second) / std::sqrt(2.0)).abs().max().item<double>(), 1e-5);
}

TEST(BrownianPath, PictureDoesNotDependOnItsBatch) {
  const BrownianPath all({3, 4}, kPlane, 10, 0.1), one({4}, kPlane, 10, 0.1);
  EXPECT_TRUE(all.between(5, 2)[1].equal(one.between(5, 2)[0]));
  EXPECT_THROW(all.between(5, 5), Error);
  EXPECT_THROW(BrownianPath({1}, kPlane, 1, 0), Error);
}

// With fresh draws a picture goes on changing as steps are made more; along one path it settles.
TEST(BrownianPath, PicturesSettle) {
  const Mixture data;
  const Condition nothing;
  Observer silent;
  const BrownianPath path({6}, kSmall, 20, 0.02);
  const auto paint = [&](const char* name, int64_t n, const BrownianPath* given) {
    const auto trajectory_of = trajectory("exponential", scaled_linear_schedule(), n);
    PictureNoise noise({6}, kSmall);
    SolverOptions options;
    options.path = given;
    return solver_named(name).solver->run({data, trajectory_of.sigmas, nothing, noise, silent, options},
                                          trajectory_of.start(latents_of({6}, kSmall)));
  };
  for (const char* name : {"euler_a", "dpm++2m_sde", "dpm++3m_sde", "dpm++2s_a"}) {
    const auto change = [&](const BrownianPath* given) {
      return (paint(name, 240, given) - paint(name, 120, given)).abs().mean().item<double>();
    };
    EXPECT_LT(change(&path), 0.5 * change(nullptr)) << name;
  }
}

}  // namespace
}  // namespace inkstone
