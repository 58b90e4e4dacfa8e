#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "ingest/annotation/colour_names.hpp"
#include "ingest/annotation/dominant_colours.hpp"
#include "ingest/annotation/picture_figures.hpp"

namespace inkstone {
namespace {

Image plain(int width, int height, Colour rgb) {
  Image picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = rgb[c];
  return picture;
}

// Left of `edge` one colour, right another.
Image halves(int width, int height, int edge, Colour left, Colour right) {
  Image picture = plain(width, height, right);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < edge; ++x)
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = left[c];
  return picture;
}

bool says(const Image& picture, const std::string& word) {
  const auto words = words_for(picture_figures(picture), picture.width, picture.height);
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(ColourNames, AreThoseOfCss) {
  EXPECT_EQ(colour_name({1, 0, 0}), "red");
  EXPECT_EQ(colour_name({85 / 255.f, 107 / 255.f, 47 / 255.f}), "dark olive green");
  EXPECT_EQ(colour_name({0.01f, 0.01f, 0.01f}), "black");
  EXPECT_EQ(hex_text({85 / 255.f, 107 / 255.f, 47 / 255.f}), "#556b2f");
}

TEST(DominantColours, FindsBothWithTheirShares) {
  const auto colours = dominant_colours(halves(100, 40, 30, {0.8f, 0.1f, 0.1f}, {0.1f, 0.2f, 0.7f}), 5);
  ASSERT_EQ(colours.size(), 2u);
  EXPECT_NEAR(colours[0].share, 0.7, 1e-6);
  EXPECT_NEAR(colours[0].rgb[2], 0.7, 0.01);
  EXPECT_NEAR(colours[1].rgb[0], 0.8, 0.01);
}

TEST(DominantColours, TakesSoftShadesForOne) {
  Image picture(128, 16, 3);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 128; ++x)
      for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 0.5f + 0.02f * float(x) / 128;
  EXPECT_EQ(dominant_colours(picture, 5).size(), 1u);
}

TEST(DominantColours, SeesNothingInTransparency) {
  Image picture(4, 4, 4);
  EXPECT_TRUE(dominant_colours(picture, 5).empty());
  EXPECT_TRUE(says(plain(1, 1, {0, 0, 0}), "dark"));
  EXPECT_EQ(dominant_colours(plain(1, 1, {1, 1, 1}), 5).size(), 1u);
}

TEST(PictureFigures, KnowBlackWhiteAndColour) {
  EXPECT_NEAR(picture_figures(plain(8, 8, {1, 1, 1})).brightness, 100, 0.1);
  EXPECT_NEAR(picture_figures(plain(8, 8, {0, 0, 0})).brightness, 0, 0.1);
  EXPECT_NEAR(picture_figures(plain(8, 8, {0.5f, 0.5f, 0.5f})).colourfulness, 0, 1e-3);
  const auto halved = picture_figures(halves(8, 8, 4, {0, 0, 0}, {1, 1, 1}));
  EXPECT_NEAR(halved.contrast, 50, 0.1);
}

// Hasler and Suesstrunk's M of pure red beside pure blue, by hand: rg 255 and 0, yb 127.5 and -255.
TEST(PictureFigures, ColourfulnessIsHaslersAndSuesstrunks) {
  const double spread = std::hypot(127.5, 191.25), mean = std::hypot(127.5, -63.75);
  EXPECT_NEAR(picture_figures(halves(8, 8, 4, {1, 0, 0}, {0, 0, 1})).colourfulness, spread + 0.3 * mean, 0.01);
}

TEST(PictureFigures, SaysWhatAPersonWould) {
  EXPECT_TRUE(says(plain(40, 10, {0.1f, 0.1f, 0.1f}), "panorama"));
  EXPECT_TRUE(says(plain(10, 14, {0.1f, 0.1f, 0.1f}), "portrait format"));
  EXPECT_TRUE(says(plain(10, 10, {0.1f, 0.1f, 0.1f}), "square format"));
  EXPECT_TRUE(says(plain(10, 10, {0.1f, 0.1f, 0.1f}), "plain"));
  EXPECT_TRUE(says(plain(10, 10, {0.9f, 0.9f, 0.9f}), "bright"));
  EXPECT_TRUE(says(halves(64, 64, 32, {0, 0, 0}, {1, 1, 1}), "black and white"));
  EXPECT_TRUE(says(halves(64, 64, 32, {1, 0, 0}, {0, 1, 0}), "colourful"));
  EXPECT_TRUE(says(halves(64, 64, 32, {0.8f, 0.6f, 0.2f}, {0.9f, 0.5f, 0.2f}), "warm"));
}

TEST(PictureFigures, ABlurredEdgeIsSofterThanASharpOne) {
  Image soft(64, 64, 3);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) soft.at(x, y, c) = std::clamp((float(x) - 16) / 32, 0.0f, 1.0f);
  const Image sharp = halves(64, 64, 32, {0, 0, 0}, {1, 1, 1});
  EXPECT_LT(10 * picture_figures(soft).sharpness, picture_figures(sharp).sharpness);
}

}  // namespace
}  // namespace inkstone
