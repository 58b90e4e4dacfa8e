#include "dream/memory_plan.hpp"

#include <gtest/gtest.h>

#include "models/perceptual/perceptual.hpp"

namespace inkstone::dream {
namespace {

constexpr double kGiB = double(int64_t(1) << 30);

// A level of the embedded network with its default content layers and one style of the same size.
LevelNeed embedded_need(int64_t width, int64_t height, Precision precision = Precision::bfloat16) {
  const auto network = embedded_network();
  LevelNeed need{.pixels = width * height, .style_pixels = width * height};
  need.window_bytes = activation_bytes(network, precision);
  const int64_t side = window_side(need.window_bytes, need.pixels);
  need.window_pixels = side > 0 ? side * side : need.pixels;
  need.target_bytes = feature_bytes(network, {network.stage("relu3_3"), network.stage("relu4_2")}, precision);
  return need;
}

TEST(MemoryPlan, AgreesWithWhatWasMeasured) {
  auto need = embedded_need(4096, 3072);
  need.window_pixels *= 2;  // windows of 2 GiB, as they were then
  EXPECT_NEAR(double(needed_bytes(need, 1)) / kGiB, 11.95, 0.15 * 11.95);
}

TEST(MemoryPlan, LongRunsStayWithinTheBoundAtEverySize) {
  for (const auto precision : {Precision::bfloat16, Precision::float32})
    for (const int64_t width : {512, 1024, 2048, 3000, 4096})
      for (const int64_t height : {width / 4, width * 3 / 4, width}) {
        const auto need = embedded_need(width, height, precision);
        EXPECT_LE(needed_bytes(need, pairs_that_fit(need, 20)), kMemoryBound) << width << "x" << height;
      }
}

TEST(MemoryPlan, SmallPicturesKeepTheWholeHistory) {
  EXPECT_EQ(pairs_that_fit(embedded_need(512, 512), 20), 20);
  EXPECT_EQ(pairs_that_fit(embedded_need(800, 800), 100), 100);
  EXPECT_EQ(window_side(embedded_need(512, 512).window_bytes, 512 * 512), 0);
}

TEST(MemoryPlan, LargeOnesKeepLessAndThenNone) {
  const auto wide = pairs_that_fit(embedded_need(4096, 3072), 20);
  ASSERT_TRUE(wide);
  EXPECT_GE(*wide, 3);
  EXPECT_LT(*wide, 20);
  EXPECT_FALSE(pairs_that_fit(embedded_need(4096, 4096), 20));
  const auto need = embedded_need(1024, 768);
  EXPECT_EQ(pairs_that_fit(need, 20, needed_bytes(need, 7)), 7);
  EXPECT_FALSE(pairs_that_fit(need, 20, needed_bytes(need, 3) - 1));
}

}  // namespace
}  // namespace inkstone::dream
