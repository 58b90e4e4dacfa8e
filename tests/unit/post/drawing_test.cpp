#include <gtest/gtest.h>

#include <numbers>
#include <set>

#include "post/brush.hpp"
#include "post/flow.hpp"
#include "post/kuwahara.hpp"
#include "post/lineart.hpp"
#include "post/mosaic.hpp"
#include "post/oil.hpp"
#include "post/pencil.hpp"
#include "post/watercolour.hpp"
#include "unit/post/pictures.hpp"

namespace inkstone::post {
namespace {

// Sine stripes whose lines run at this angle.
Image stripes(int size, float angle) {
  Image picture(size, size, 3);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float v = 0.5f + 0.3f * std::sin((-std::sin(angle) * x + std::cos(angle) * y) * 0.5f);
      set_rgb(picture, x, y, {v, v, v});
    }
  return picture;
}

// Dark disc on light ground.
Image disc(int size) {
  Image picture(size, size, 3);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float v = std::hypot(x - size / 2.0f, y - size / 2.0f) < size / 4.0f ? 0.2f : 0.85f;
      set_rgb(picture, x, y, {v, v, v});
    }
  return picture;
}

double mean_luma(const Image& picture, int x0, int y0, int x1, int y1) {
  double sum = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) sum += luma_of(rgb_at(picture, x, y));
  return sum / ((x1 - x0) * (y1 - y0));
}

TEST(Flow, RunsAlongStripes) {
  for (const float angle : {0.0f, 0.5f, 1.2f, 2.4f}) {
    const FlowField flow(structure_tensor(stripes(48, angle), 3));
    const Vector2 t = flow.tangent(24, 24);
    EXPECT_NEAR(std::abs(t.x * std::cos(angle) + t.y * std::sin(angle)), 1, 0.01) << angle;
    EXPECT_GT(flow.anisotropy(24, 24), 0.9f);
  }
}

TEST(Flow, SmoothingAlongStripesKeepsThem) {
  const Image picture = stripes(64, 0.7f);
  const FlowField flow(structure_tensor(picture, 3));
  const Plane y = luma(picture), out = smooth_along(y, flow, 4);
  for (int j = 20; j < 44; ++j)
    for (int i = 20; i < 44; ++i) EXPECT_NEAR(out.at(i, j), y.at(i, j), 0.03f);
}

TEST(Kuwahara, FlattensNoiseAndKeepsTheEdge) {
  Image noisy = disc(64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      const float d = 0.08f * (uniform(3, x, y) - 0.5f);
      const Rgb c = rgb_at(noisy, x, y);
      set_rgb(noisy, x, y, {c[0] + d, c[1] + d, c[2] + d});
    }
  const Image out = kuwahara(noisy, 4);
  EXPECT_NEAR(out.at(32, 32, 0), 0.2f, 0.02f);
  EXPECT_NEAR(out.at(5, 5, 0), 0.85f, 0.02f);
  EXPECT_GT(out.at(32 + 19, 32, 0) - out.at(32 + 12, 32, 0), 0.55f);
}

TEST(Brush, StrokeCoversItsPathAndNothingElse) {
  Canvas canvas{Image(80, 60, 3), Plane(80, 60)};
  paint(canvas, {{.path = {{20, 30}, {40, 30}, {60, 30}}, .radius = 6, .colour = {1, 0.5f, 0.25f}, .vary = 0, .seed = 5}});
  EXPECT_NEAR(canvas.colour.at(30, 30, 0), 1, 1e-4f);
  EXPECT_NEAR(canvas.colour.at(30, 33, 1), 0.5f, 1e-4f);
  EXPECT_GT(canvas.height.at(30, 30), 0);
  for (int x = 0; x < 80; ++x) {
    EXPECT_EQ(canvas.colour.at(x, 15, 0), 0);
    EXPECT_EQ(canvas.colour.at(x, 45, 0), 0);
  }
  EXPECT_EQ(canvas.colour.at(5, 30, 0), 0);
}

TEST(Brush, FlatCanvasIsNotChangedByLight) {
  const Canvas canvas{mild_picture(30, 20), Plane(30, 20, 0.4f)};
  EXPECT_LT(largest_difference(lit(canvas, 1), canvas.colour), 1e-6f);
}

TEST(Oil, KeepsTheTonesAndPaintsInStrokes) {
  const Image picture = disc(160), out = oil(picture, {.relief = 0}, 3);
  EXPECT_NEAR(mean_luma(out, 70, 70, 90, 90), 0.2, 0.08);
  EXPECT_NEAR(mean_luma(out, 4, 4, 30, 30), 0.85, 0.08);
}

TEST(Lineart, DrawsTheContourAndLeavesThePaper) {
  const Plane ink = ink_lines(disc(200), {.fill = 0});
  float darkest_on_rim = 1;
  for (int x = 140; x < 160; ++x) darkest_on_rim = std::min(darkest_on_rim, ink.at(x, 100));
  EXPECT_LT(darkest_on_rim, 0.15f);
  EXPECT_GT(ink.at(100, 100), 0.95f);
  EXPECT_GT(ink.at(10, 10), 0.95f);
  EXPECT_LT(ink_lines(disc(200), {.fill = 1}).at(100, 100), 0.2f);
}

TEST(Pencil, DarkIsDarkerThanLightAndContoursOnlyIsMostlyPaper) {
  const Image picture = disc(160), out = pencil(picture, {}, 3);
  EXPECT_LT(mean_luma(out, 70, 70, 90, 90) + 0.2, mean_luma(out, 4, 4, 30, 30));
  EXPECT_GT(mean_luma(pencil(picture, {.tone = 0}, 3), 70, 70, 90, 90), 0.9);
}

TEST(Watercolour, KeepsHuesAndLeavesPaperAtTheBorder) {
  Image picture(160, 120, 3);
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 160; ++x) set_rgb(picture, x, y, x < 80 ? Rgb{0.7f, 0.3f, 0.2f} : Rgb{0.2f, 0.4f, 0.7f});
  const Image out = watercolour(picture, {}, 3);
  EXPECT_GT(out.at(40, 60, 0), out.at(40, 60, 2) + 0.2f);
  EXPECT_GT(out.at(120, 60, 2), out.at(120, 60, 0) + 0.2f);
  EXPECT_GT(luma_of(rgb_at(out, 0, 0)), 0.9f);
}

TEST(Mosaic, StonesHaveOneColourEach) {
  const Image out = mosaic(mild_picture(120, 90), {.tile = 12, .grout = 0.2, .variation = 0, .relief = 0}, 3);
  std::set<std::array<int, 3>> colours;
  for (int y = 0; y < 90; ++y)
    for (int x = 0; x < 120; ++x) {
      const Rgb c = rgb_at(out, x, y);
      if (luma_of(c) > 0.35f) colours.insert({int(c[0] * 50), int(c[1] * 50), int(c[2] * 50)});
    }
  EXPECT_LT(colours.size(), 350u);
  EXPECT_LT(mean_luma(out, 0, 0, 120, 90), mean_luma(mild_picture(120, 90), 0, 0, 120, 90));  // the joints are dark
}

}  // namespace
}  // namespace inkstone::post
