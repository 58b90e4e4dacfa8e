#include "sample/unclip/schedule.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::unclip {
namespace {

TEST(UnclipSchedule, VisitsBothEndsEvenly) {
  const Schedule schedule({}, 4);
  std::vector<int64_t> times;
  for (std::size_t step = 0; step < schedule.steps(); ++step) times.push_back(schedule.time(step));
  EXPECT_EQ(times, (std::vector<int64_t>{999, 666, 333, 0}));
  EXPECT_TRUE(schedule.draws_noise(2));
  EXPECT_FALSE(schedule.draws_noise(3));
}

TEST(UnclipSchedule, RefusesStepsThatItDoesNotHave) {
  EXPECT_THROW(Schedule({}, 1), Error);
  EXPECT_THROW(Schedule({}, 1001), Error);
  EXPECT_NO_THROW(Schedule({}, 1000));
}

TEST(UnclipSchedule, EstimateUndoesTheNoiseThatTheNetworkNames) {
  const Schedule schedule({}, 5);
  const auto x0 = at::linspace(-0.9, 0.9, 12).view({1, 3, 2, 2}), noise = at::linspace(-1, 1, 12).view({1, 3, 2, 2}).flip(3);
  const double t = double(schedule.time(3)) + 1, c = std::cos((t / 1000 + 0.008) / 1.008 * M_PI / 2),
               kept = c * c / std::pow(std::cos(0.008 / 1.008 * M_PI / 2), 2);
  const auto x = x0 * std::sqrt(kept) + noise * std::sqrt(1 - kept);
  EXPECT_LT((schedule.estimate(3, noise, x) - x0).abs().max().item<double>(), 1e-3);
}

TEST(UnclipSchedule, EstimateStaysWithinItsBounds) {
  ScheduleConfig config;
  config.clip = 1;
  config.predicts_sample = true;
  const auto estimate = Schedule(config, 5).estimate(0, at::full({1, 4}, 7.0), at::zeros({1, 4}));
  EXPECT_EQ(estimate.max().item<double>(), 1);
}

// But for what float32 keeps of 1 - alpha bar, which is 4e-5 there: the published numbers are those of float32.
TEST(UnclipSchedule, LastStepIsTheEstimate) {
  const Schedule schedule({}, 5);
  const auto x0 = at::ones({1, 3, 2, 2}) * 0.25;
  EXPECT_LT((schedule.next(4, x0, x0, at::zeros({1, 3, 2, 2}), {}) - x0).abs().max().item<double>(), 1e-3);
}

// The network's word 1 means the step's own variance, -1 the posterior's.
TEST(UnclipSchedule, LearnedVarianceLiesBetweenItsBounds) {
  ScheduleConfig config;
  config.learned_variance = true;
  const Schedule learned(config, 5), fixed({}, 5);
  const auto zero = at::zeros({1, 1, 1, 1}), noise = at::ones({1, 1, 1, 1});
  const auto spread = [&](double word) {
    return learned.next(2, zero, at::cat({zero, zero + word}, 1), zero, noise).item<double>();
  };
  EXPECT_NEAR(spread(-1), fixed.next(2, zero, zero, zero, noise).item<double>(), 1e-6);
  EXPECT_GT(spread(0), spread(-1));
  EXPECT_GT(spread(1), spread(0));
}

}  // namespace
}  // namespace inkstone::unclip
