#include "post/levels.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace inkstone::post {
namespace {

constexpr int kBins = 1024;
constexpr float kLeastSpan = 0.2f;  // a gain of 5

struct Range {
  float low = 0, high = 1;
};

using Histogram = std::array<std::size_t, kBins>;

Range range_of(const Histogram& histogram, double clip) {
  std::size_t total = 0;
  for (const auto count : histogram) total += count;
  const auto outside = std::size_t(double(total) * clip);
  int first = 0, last = kBins - 1;
  for (std::size_t seen = 0; first < kBins - 1 && (seen += histogram[first]) <= outside;) ++first;
  for (std::size_t seen = 0; last > first && (seen += histogram[last]) <= outside;) --last;
  Range range{float(first) / (kBins - 1), float(last) / (kBins - 1)};
  if (range.high - range.low >= kLeastSpan) return range;
  const float middle = (range.low + range.high) / 2;
  const float low = std::clamp(middle - kLeastSpan / 2, 0.0f, 1 - kLeastSpan);
  return {low, low + kLeastSpan};
}

std::array<Histogram, 3> histograms_of(const Image& picture) {
  std::array<Histogram, 3> histograms{};
  for (std::size_t i = 0; i + 2 < picture.pixels.size(); i += std::size_t(picture.channels))
    for (int c = 0; c < 3; ++c) ++histograms[c][std::size_t(std::clamp(picture.pixels[i + c], 0.0f, 1.0f) * (kBins - 1) + 0.5f)];
  return histograms;
}

}  // namespace

Image levels(const Image& picture, const LevelsOptions& options) {
  const auto histograms = histograms_of(picture);
  std::array<Range, 3> ranges;
  for (int c = 0; c < 3; ++c) ranges[c] = range_of(histograms[c], options.clip);
  Image result = picture;
  const auto strength = float(options.strength);
  for (std::size_t i = 0; i + 2 < result.pixels.size(); i += std::size_t(result.channels))
    for (int c = 0; c < 3; ++c) {
      float& v = result.pixels[i + c];
      const float stretched = std::clamp((v - ranges[c].low) / (ranges[c].high - ranges[c].low), 0.0f, 1.0f);
      v += strength * (stretched - v);
    }
  return result;
}

}  // namespace inkstone::post
