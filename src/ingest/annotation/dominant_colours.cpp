#include "ingest/annotation/dominant_colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace inkstone {
namespace {

constexpr int kBins = 16;        // of the histogram, along each of R, G and B
constexpr float kAlike = 10;     // distance in L*a*b* below which two centres are one colour
constexpr double kSpeck = 0.01;  // share
constexpr int kRounds = 24;
constexpr std::size_t kSamples = 65536;  // pixels that are looked at

struct Point {
  Colour lab = {};
  double weight = 0;
};

float squared_distance(const Colour& a, const Colour& b) {
  float sum = 0;
  for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

// The mean colour of every bin that is not empty.
std::vector<Point> histogram(const Image& picture) {
  std::vector<std::array<double, 4>> bins(kBins * kBins * kBins);
  const std::size_t pixels = std::size_t(picture.width) * picture.height, stride = std::max<std::size_t>(1, pixels / kSamples);
  for (std::size_t i = 0; i < pixels; i += stride) {
    const float* p = &picture.pixels[i * picture.channels];
    const double opacity = picture.channels == 4 ? p[3] : 1;
    int bin = 0;
    for (int c = 0; c < 3; ++c) bin = bin * kBins + std::min(kBins - 1, int(std::clamp(p[c], 0.0f, 1.0f) * kBins));
    for (int c = 0; c < 3; ++c) bins[bin][c] += opacity * p[c];
    bins[bin][3] += opacity;
  }
  std::vector<Point> points;
  for (const auto& [r, g, b, weight] : bins)
    if (weight > 0) points.push_back({rgb_to_lab(Colour{float(r / weight), float(g / weight), float(b / weight)}), weight});
  return points;
}

// The heaviest point, then again and again the one that is heavy and far from all that were chosen.
std::vector<Colour> first_centres(const std::vector<Point>& points, int count) {
  std::vector<Colour> centres;
  std::vector<float> nearest(points.size(), 1e4f);
  while (int(centres.size()) < std::min<int>(count, int(points.size()))) {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double merit = std::sqrt(points[i].weight) * nearest[i];
      if (merit > most) most = merit, best = i;
    }
    centres.push_back(points[best].lab);
    for (std::size_t i = 0; i < points.size(); ++i)
      nearest[i] = std::min(nearest[i], squared_distance(points[i].lab, centres.back()));
  }
  return centres;
}

std::size_t nearest_centre(const std::vector<Colour>& centres, const Colour& lab) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < centres.size(); ++k)
    if (squared_distance(centres[k], lab) < squared_distance(centres[best], lab)) best = k;
  return best;
}

// Lloyd's round: every point to its centre, every centre to the mean of its points.
std::vector<Point> regroup(const std::vector<Point>& points, const std::vector<Colour>& centres) {
  std::vector<std::array<double, 4>> sums(centres.size());
  for (const auto& point : points) {
    auto& sum = sums[nearest_centre(centres, point.lab)];
    for (int c = 0; c < 3; ++c) sum[c] += point.weight * point.lab[c];
    sum[3] += point.weight;
  }
  std::vector<Point> groups;
  for (const auto& [l, a, b, weight] : sums)
    if (weight > 0) groups.push_back({{float(l / weight), float(a / weight), float(b / weight)}, weight});
  return groups;
}

std::vector<Colour> centres_of(const std::vector<Point>& groups) {
  std::vector<Colour> centres;
  for (const auto& group : groups) centres.push_back(group.lab);
  return centres;
}

// By falling weight; each joins the first that it looks like.
std::vector<Point> joined(std::vector<Point> groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const Point& a, const Point& b) { return a.weight > b.weight; });
  std::vector<Point> kept;
  for (const auto& group : groups) {
    const auto like = std::find_if(kept.begin(), kept.end(),
                                   [&](const Point& k) { return squared_distance(k.lab, group.lab) < kAlike * kAlike; });
    if (like == kept.end())
      kept.push_back(group);
    else
      like->weight += group.weight;
  }
  return kept;
}

}  // namespace

std::vector<DominantColour> dominant_colours(const Image& picture, int count) {
  const auto points = histogram(picture);
  auto groups = regroup(points, first_centres(points, count + 2));
  for (int round = 0; round < kRounds; ++round) groups = regroup(points, centres_of(groups));
  double total = 0;
  for (const auto& group : groups) total += group.weight;
  std::vector<DominantColour> colours;
  for (const auto& group : joined(groups)) {
    auto rgb = lab_to_rgb(group.lab);
    for (auto& channel : rgb) channel = std::clamp(channel, 0.0f, 1.0f);
    if (group.weight / total >= kSpeck && int(colours.size()) < count) colours.push_back({rgb, group.weight / total});
  }
  std::stable_sort(colours.begin(), colours.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
  return colours;
}

}  // namespace inkstone
