#include "ingest/annotation/picture_figures.hpp"

#include <algorithm>
#include <cmath>

#include "image/colour.hpp"
#include "image/resize.hpp"

namespace inkstone {
namespace {

constexpr int kSide = 512;

// Mean and variance of what comes by.
struct Moments {
  double count = 0, sum = 0, squares = 0;
  void add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  double mean() const { return count > 0 ? sum / count : 0; }
  double variance() const { return count > 0 ? std::max(0.0, squares / count - mean() * mean()) : 0; }
};

double sharpness_of(const Image& small) {
  const auto luma = [&](int x, int y) {
    return 255 * (0.299f * small.at(x, y, 0) + 0.587f * small.at(x, y, 1) + 0.114f * small.at(x, y, 2));
  };
  Moments laplacian;
  for (int y = 1; y + 1 < small.height; ++y)
    for (int x = 1; x + 1 < small.width; ++x)
      laplacian.add(luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1) - 4 * luma(x, y));
  return laplacian.variance();
}

}  // namespace

PictureFigures picture_figures(const Image& picture) {
  const auto size = fit_within({picture.width, picture.height}, kSide);
  const Image small = resize(picture, size.width, size.height);
  Moments lightness, yellow, red_green, yellow_blue;
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const Colour rgb = {small.at(x, y, 0), small.at(x, y, 1), small.at(x, y, 2)};
      const auto lab = rgb_to_lab(rgb);
      lightness.add(lab[0]);
      yellow.add(lab[2]);
      red_green.add(255 * (rgb[0] - rgb[1]));
      yellow_blue.add(255 * ((rgb[0] + rgb[1]) / 2 - rgb[2]));
    }
  PictureFigures figures;
  figures.brightness = lightness.mean();
  figures.contrast = std::sqrt(lightness.variance());
  figures.sharpness = sharpness_of(small);
  figures.colourfulness =
      std::sqrt(red_green.variance() + yellow_blue.variance()) + 0.3 * std::hypot(red_green.mean(), yellow_blue.mean());
  figures.warmth = yellow.mean();
  return figures;
}

std::vector<std::string> words_for(const PictureFigures& figures, int width, int height) {
  std::vector<std::string> words;
  const double shape = double(width) / height;
  words.push_back(shape > 2      ? "panorama"
                  : shape > 1.05 ? "landscape format"
                  : shape < 0.5  ? "tall strip"
                  : shape < 0.95 ? "portrait format"
                                 : "square format");
  if (figures.contrast < 2) words.push_back("plain");
  if (figures.brightness < 28) words.push_back("dark");
  if (figures.brightness > 75) words.push_back("bright");
  if (figures.contrast >= 2 && figures.contrast < 10) words.push_back("low contrast");
  if (figures.contrast > 28) words.push_back("high contrast");
  if (figures.colourfulness < 4) words.push_back("black and white");
  if (figures.colourfulness > 60) words.push_back("colourful");
  if (figures.colourfulness >= 4 && figures.warmth > 18) words.push_back("warm");
  if (figures.colourfulness >= 4 && figures.warmth < -10) words.push_back("cool");
  if (figures.contrast >= 2 && figures.sharpness < 80) words.push_back("soft");
  return words;
}

}  // namespace inkstone
