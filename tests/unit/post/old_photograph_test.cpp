// Damage that is drawn on a picture: found, filled; and a grey picture that gets its colours back from strokes.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "image/colour.hpp"
#include "pictures.hpp"
#include "post/colour_hints.hpp"
#include "post/inpaint.hpp"
#include "post/scratches.hpp"
#include "unit/image/psnr.hpp"

namespace inkstone::post {
namespace {

// A line of this tone, width pixels wide.
void scratch(Image& picture, Plane& where, float x0, float y0, float x1, float y1, float width, float tone) {
  const float length = std::hypot(x1 - x0, y1 - y0);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const float along = ((float(x) - x0) * (x1 - x0) + (float(y) - y0) * (y1 - y0)) / length;
      const float off = std::abs((float(x) - x0) * (y1 - y0) - (float(y) - y0) * (x1 - x0)) / length;
      if (along < 0 || along > length || off > width / 2) continue;
      set_rgb(picture, x, y, {tone, tone, tone});
      where.at(x, y) = 1;
    }
}

struct Damaged {
  Image picture;
  Plane where;
};

Damaged damaged(const Image& good) {
  Damaged result{good, Plane(good.width, good.height)};
  scratch(result.picture, result.where, 30, 5, 60, 230, 2, 0.97F);
  scratch(result.picture, result.where, 310, 40, 180, 215, 3, 0.95F);
  scratch(result.picture, result.where, 90, 200, 270, 180, 2, 0.02F);
  scratch(result.picture, result.where, 200, 60, 203, 61, 4, 0.96F);
  return result;
}

TEST(Scratches, AreFoundAndNothingElse) {
  const auto good = mild_picture(360, 240);
  const auto bad = damaged(good);
  const auto found = find_scratches(bad.picture, 0.5);
  EXPECT_GE(found.lines, 3);
  EXPECT_GE(found.spots, 1);
  double hit = 0, there = 0, marked = 0;
  for (std::size_t i = 0; i < bad.where.values.size(); ++i) {
    there += bad.where.values[i], marked += found.mask.values[i], hit += bad.where.values[i] * found.mask.values[i];
  }
  EXPECT_GT(hit / there, 0.9);
  EXPECT_LT(marked, 4.5 * there);  // their soft edges are taken too
}

TEST(Scratches, AreNotSeenWhereThereAreNone) {
  EXPECT_EQ(find_scratches(mild_picture(360, 240, 5), 0.5).share, 0);
  EXPECT_EQ(find_scratches(Image(200, 100, 3), 1).share, 0);            // black
  EXPECT_LT(find_scratches(wild_picture(300, 200), 0.5).share, 0.002);  // nothing but texture
  EXPECT_EQ(find_scratches(Image(1, 1, 3), 0.5).lines, 0);
}

TEST(Scratches, FilledAreNearlyGone) {
  const auto good = mild_picture(360, 240);
  const auto bad = damaged(good);
  const auto filled = inpaint(bad.picture, find_scratches(bad.picture, 0.5).mask, 4);
  const double before = test::psnr(bad.picture, good), after = test::psnr(filled, good);
  RecordProperty("before", std::to_string(before));
  RecordProperty("after", std::to_string(after));
  EXPECT_GT(after, before + 12);
}

TEST(Inpaint, LeavesTheKnownAlone) {
  const auto picture = wild_picture(60, 50, 4);
  Plane holes(60, 50);
  EXPECT_EQ(inpaint(picture, holes, 4).pixels, picture.pixels);
  for (int y = 20; y < 26; ++y)
    for (int x = 10; x < 40; ++x) holes.at(x, y) = 1;
  const auto filled = inpaint(picture, holes, 4);
  for (int y = 0; y < 50; ++y)
    for (int x = 0; x < 60; ++x)
      for (int c = 0; c < 4; ++c)
        if (c == 3 || holes.at(x, y) == 0) {
          EXPECT_EQ(filled.at(x, y, c), picture.at(x, y, c));
        }
  EXPECT_EQ(inpaint(picture, Plane(60, 50, 1), 4).pixels, picture.pixels);  // nothing is known
}

// A slope goes on through the hole, and an edge stays an edge.
TEST(Inpaint, GoesOnWithSlopesAndEdges) {
  Image slope(64, 64, 3), edge(64, 64, 3);
  Plane holes(64, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      const float value = float(x + y) / 128, side = y < 32 ? 0.2F : 0.8F;
      set_rgb(slope, x, y, {value, value, value});
      set_rgb(edge, x, y, {side, side, side});
      if (x >= 29 && x < 34) holes.at(x, y) = 1;
    }
  auto broken = slope;
  for (std::size_t i = 0; i < holes.values.size(); ++i)
    if (holes.values[i] > 0)
      for (int c = 0; c < 3; ++c) broken.pixels[3 * i + std::size_t(c)] = 1;
  const auto filled = inpaint(broken, holes, 5);
  float worst = 0;
  for (int y = 6; y < 58; ++y)
    for (int x = 0; x < 64; ++x) worst = std::max(worst, std::abs(filled.at(x, y, 0) - slope.at(x, y, 0)));
  EXPECT_LT(worst, 0.03);
  const auto joined = inpaint(edge, holes, 5);
  EXPECT_NEAR(joined.at(31, 20, 0), 0.2, 0.02);
  EXPECT_NEAR(joined.at(31, 44, 0), 0.8, 0.02);
}

// Two grey fields with some grain, a stroke in each.
struct Fields {
  Image grey{96, 64, 3}, hints{96, 64, 3};
};

Fields two_fields() {
  Fields f;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) {
      const float value = (x < 48 ? 0.35F : 0.65F) + 0.02F * (uniform(3, x, y) - 0.5F);
      set_rgb(f.grey, x, y, {value, value, value});
    }
  f.hints = f.grey;
  for (int x = 10; x < 30; ++x) set_rgb(f.hints, x, 10, {0.6F, 0.25F, 0.2F});
  for (int x = 60; x < 80; ++x) set_rgb(f.hints, x, 50, {0.4F, 0.7F, 0.9F});
  return f;
}

TEST(ColourHints, SpreadWithinTheirRegionAndNotOverAnEdge) {
  const auto f = two_fields();
  const auto coloured = colour_by_hints(f.grey, f.hints, marked_colours(f.hints));
  const auto red = rgb_to_yuv({0.6F, 0.25F, 0.2F}), blue = rgb_to_yuv({0.4F, 0.7F, 0.9F});
  for (const auto& [x, y] : {std::pair{4, 60}, {40, 55}, {44, 3}, {20, 32}}) {
    const auto got = rgb_to_yuv(rgb_at(coloured, x, y));
    EXPECT_NEAR(got[1], red[1], 0.03) << x << "," << y;
    EXPECT_NEAR(got[2], red[2], 0.03) << x << "," << y;
  }
  for (const auto& [x, y] : {std::pair{92, 4}, {55, 5}, {52, 60}, {70, 20}}) {
    const auto got = rgb_to_yuv(rgb_at(coloured, x, y));
    EXPECT_NEAR(got[1], blue[1], 0.03) << x << "," << y;
    EXPECT_NEAR(got[2], blue[2], 0.03) << x << "," << y;
  }
}

TEST(ColourHints, KeepTheLightAndStartFromGrey) {
  const auto f = two_fields();
  const auto coloured = colour_by_hints(f.grey, f.hints, marked_colours(f.hints));
  for (int y = 0; y < 64; y += 5)
    for (int x = 0; x < 96; x += 5) EXPECT_NEAR(rgb_to_yuv(rgb_at(coloured, x, y))[0], f.grey.at(x, y, 0), 2e-3);
  EXPECT_LT(largest_difference(colour_by_hints(f.grey, f.grey, marked_colours(f.grey)), f.grey), 1e-3F);
}

TEST(ColourHints, AreReadFromAlphaToo) {
  Image hints(4, 1, 4);
  hints.at(1, 0, 3) = 1;  // an opaque grey stroke: this stays grey
  hints.at(2, 0, 0) = 1;  // colour under glass says nothing
  const auto marks = marked_colours(hints);
  EXPECT_EQ(marks.values, (std::vector<float>{0, 1, 0, 0}));
}

}  // namespace
}  // namespace inkstone::post
