#include "train/schedule.hpp"

#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(Schedule, WarmUpRisesLinearly) {
  const Schedule schedule{"constant", 4, 100, 0};
  EXPECT_DOUBLE_EQ(schedule.factor(0), 0.25);
  EXPECT_DOUBLE_EQ(schedule.factor(3), 1);
  EXPECT_DOUBLE_EQ(schedule.factor(99), 1);
}

TEST(Schedule, LinearEndsAtTheFinalRate) {
  const Schedule schedule{"linear", 0, 10, 0.1};
  EXPECT_DOUBLE_EQ(schedule.factor(0), 1);
  EXPECT_NEAR(schedule.factor(5), 0.55, 1e-12);
  EXPECT_NEAR(schedule.factor(10), 0.1, 1e-12);
}

TEST(Schedule, CosineIsHalfWayAtHalfTime) {
  const Schedule schedule{"cosine", 10, 110, 0};
  EXPECT_NEAR(schedule.factor(60), 0.5, 1e-12);
  EXPECT_NEAR(schedule.factor(110), 0, 1e-12);
}

}  // namespace
}  // namespace inkstone
