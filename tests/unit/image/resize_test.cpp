#include "image/resize.hpp"

#include <chrono>

#include "image/colour.hpp"
#include "unit/image/pictures.hpp"

namespace inkstone {
namespace {

using test::pattern;

Image filled(int width, int height, std::initializer_list<float> pixel) {
  Image image(width, height, static_cast<int>(pixel.size()));
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = pixel.begin()[i % pixel.size()];
  return image;
}

// A wave of light well below the sampling limit, at the centre of pixel x of width.
float wave(double x, int width) {
  return static_cast<float>(0.5 + 0.4 * std::sin((x + 0.5) / width * 2 * 3.14159265358979 * 4));
}

Image waves(int width, int height) {
  Image image(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) image.at(x, y, c) = linear_to_srgb(c == 1 ? wave(y, height) : wave(x, width));
  return image;
}

Image inner(const Image& image, int margin) {
  Image out(image.width - 2 * margin, image.height - 2 * margin, image.channels);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = image.at(x + margin, y + margin, c);
  return out;
}

TEST(Resize, GivesExactlyTheSizeAskedFor) {
  const Image image = pattern(37, 23);
  for (const auto& [w, h] : {std::pair(1, 1), {10, 50}, {37, 23}, {36, 22}, {101, 7}}) {
    const Image out = resize(image, w, h);
    EXPECT_EQ(out.width, w);
    EXPECT_EQ(out.height, h);
    EXPECT_EQ(out.pixels.size(), std::size_t(w) * h * 3);
  }
}

TEST(Resize, SameSizeKeepsEveryBit) {
  EXPECT_EQ(resize(pattern(20, 30, 4), 20, 30).pixels, pattern(20, 30, 4).pixels);
}

TEST(Resize, RefusesEmptySizes) {
  EXPECT_EQ(test::error_of([] { resize(pattern(4, 4), 0, 3); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(test::error_of([] { resize(Image(), 3, 3); }).category(), ErrorCategory::bad_argument);
}

// Half the light of white is sRGB 188; averaging the encoded values would give 128.
TEST(Resize, CheckerboardKeepsItsLight) {
  Image board(64, 64, 3);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) board.at(x, y, c) = static_cast<float>((x + y) % 2);
  for (const float v : inner(resize(board, 16, 16), 2).pixels) EXPECT_NEAR(v * 255, 187.5, 1.0);
}

TEST(Resize, FlatColourStaysFlat) {
  for (const int side : {3, 19, 64, 200})
    for (const float v : resize(filled(50, 40, {0.3f, 0.3f, 0.3f}), side, side).pixels) EXPECT_NEAR(v, 0.3f, 2e-6f);
}

TEST(Resize, FollowsAnAnalyticWaveDownAndUp) {
  const Image image = waves(256, 256);
  EXPECT_GT(test::psnr(inner(resize(image, 96, 96), 6), inner(waves(96, 96), 6)), 55);
  EXPECT_GT(test::psnr(inner(resize(image, 640, 640), 20), inner(waves(640, 640), 20)), 55);
}

TEST(Resize, TransparentPixelsBleedNoColour) {
  Image image = filled(32, 32, {1, 0, 0, 1});
  for (int y = 0; y < 32; ++y)
    for (int x = 16; x < 32; ++x) {
      image.at(x, y, 0) = 0;
      image.at(x, y, 1) = 1;  // green, but invisible
      image.at(x, y, 3) = 0;
    }
  const Image out = resize(image, 13, 13);
  for (std::size_t i = 0; i < out.pixels.size(); i += 4)
    if (out.pixels[i + 3] > 0.01f) {
      EXPECT_LT(out.pixels[i + 1], 1e-3f);
    }
}

TEST(Resize, MirrorsCommute) {
  const auto mirrored = [](const Image& image) {
    Image out = image;
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width; ++x)
        for (int c = 0; c < image.channels; ++c) out.at(x, y, c) = image.at(image.width - 1 - x, y, c);
    return out;
  };
  const Image image = pattern(61, 47);
  EXPECT_GT(test::psnr(resize(mirrored(image), 25, 31), mirrored(resize(image, 25, 31))), 100);
}

TEST(FitWithin, KeepsShapeAndNeverEnlarges) {
  EXPECT_EQ(fit_within({4000, 3000}, 1000), (Size{1000, 750}));
  EXPECT_EQ(fit_within({3000, 4000}, 1000), (Size{750, 1000}));
  EXPECT_EQ(fit_within({400, 300}, 1000), (Size{400, 300}));
  EXPECT_EQ(fit_within({400, 300}, 0), (Size{400, 300}));
  EXPECT_EQ(fit_within({100000, 2}, 100), (Size{100, 1}));
}

}  // namespace
}  // namespace inkstone
