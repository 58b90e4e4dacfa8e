#include "ingest/edge_smoothing.hpp"

#include <algorithm>
#include <cmath>

namespace inkstone {
namespace {

using Mask = std::vector<std::uint8_t>;

// A plane of values whose border is repeated.
class Plane {
 public:
  Plane(int width, int height)
      : width(width), height(height), values_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

  float& at(int x, int y) {
    return values_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
  float near(int x, int y) const {
    x = std::clamp(x, 0, width - 1), y = std::clamp(y, 0, height - 1);
    return values_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }

  int width, height;

 private:
  std::vector<float> values_;
};

Plane grey_of(const Image& picture) {
  Plane grey(picture.width, picture.height);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      grey.at(x, y) = 255.0f * (0.299f * picture.at(x, y, 0) + 0.587f * picture.at(x, y, 1) + 0.114f * picture.at(x, y, 2));
  return grey;
}

struct Gradient {
  Plane x, y, size;
};

Gradient sobel(const Plane& p) {
  Gradient g{Plane(p.width, p.height), Plane(p.width, p.height), Plane(p.width, p.height)};
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x) {
      const auto column = [&](int at) { return p.near(at, y - 1) + 2 * p.near(at, y) + p.near(at, y + 1); };
      const auto row = [&](int at) { return p.near(x - 1, at) + 2 * p.near(x, at) + p.near(x + 1, at); };
      g.x.at(x, y) = column(x + 1) - column(x - 1);
      g.y.at(x, y) = row(y + 1) - row(y - 1);
      g.size.at(x, y) = std::abs(g.x.at(x, y)) + std::abs(g.y.at(x, y));
    }
  return g;
}

// Larger than both neighbours across the edge, whose direction is taken as one of four.
bool is_ridge(const Gradient& g, int x, int y) {
  constexpr float kTan22 = 0.41421356f;
  const float gx = g.x.near(x, y), gy = g.y.near(x, y), ax = std::abs(gx), ay = std::abs(gy), size = g.size.near(x, y);
  int dx = gx * gy > 0 ? 1 : -1, dy = 1;
  if (ay < kTan22 * ax)
    dx = 1, dy = 0;
  else if (ax < kTan22 * ay)
    dx = 0, dy = 1;
  return size > g.size.near(x - dx, y - dy) && size >= g.size.near(x + dx, y + dy);
}

// Weak ridges that touch strong ones, directly or through others, become edges.
void grow(Mask& strength, int width, int height, std::vector<int> strong) {
  while (!strong.empty()) {
    const int at = strong.back();
    strong.pop_back();
    for (int y = std::max(at / width - 1, 0); y <= std::min(at / width + 1, height - 1); ++y)
      for (int x = std::max(at % width - 1, 0); x <= std::min(at % width + 1, width - 1); ++x)
        if (auto& neighbour = strength[static_cast<std::size_t>(y * width + x)]; neighbour == 1)
          neighbour = 2, strong.push_back(y * width + x);
  }
}

// The largest value within side/2 along rows, then along columns.
Mask dilated(Mask mask, int width, int height, int side) {
  const int before = side / 2, after = side - 1 - before;
  for (const bool by_column : {false, true}) {
    Mask wide = mask;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        if (mask[static_cast<std::size_t>(y * width + x)] == 0) continue;
        const int at = by_column ? y : x, end = (by_column ? height : width) - 1;
        for (int k = std::max(at - after, 0); k <= std::min(at + before, end); ++k)
          wide[static_cast<std::size_t>(by_column ? k * width + x : y * width + k)] = 1;
      }
    mask = std::move(wide);
  }
  return mask;
}

std::vector<float> gaussian(int taps) {
  const double sigma = 0.3 * ((taps - 1) * 0.5 - 1) + 0.8;
  std::vector<float> weights;
  float sum = 0;
  for (int i = 0; i < taps; ++i)
    sum += weights.emplace_back(static_cast<float>(std::exp(-std::pow(i - taps / 2, 2) / (2 * sigma * sigma))));
  for (auto& weight : weights) weight /= sum;
  return weights;
}

float blurred(const Image& p, const std::vector<float>& weights, int x, int y, int c) {
  const int reach = static_cast<int>(weights.size()) / 2;
  float sum = 0;
  for (int dy = -reach; dy <= reach; ++dy) {
    float row = 0;
    for (int dx = -reach; dx <= reach; ++dx)
      row += weights[static_cast<std::size_t>(dx + reach)] *
             p.at(std::clamp(x + dx, 0, p.width - 1), std::clamp(y + dy, 0, p.height - 1), c);
    sum += weights[static_cast<std::size_t>(dy + reach)] * row;
  }
  return sum;
}

}  // namespace

std::vector<std::uint8_t> canny_edges(const Image& picture, float low, float high) {
  const int width = picture.width, height = picture.height;
  const auto gradient = sobel(grey_of(picture));
  Mask strength(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  std::vector<int> strong;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float size = gradient.size.near(x, y);
      if (size <= low || !is_ridge(gradient, x, y)) continue;
      strength[static_cast<std::size_t>(y * width + x)] = size > high ? 2 : 1;
      if (size > high) strong.push_back(y * width + x);
    }
  grow(strength, width, height, std::move(strong));
  for (auto& value : strength) value = value == 2;
  return strength;
}

Image smooth_edges(const Image& picture, const EdgeSmoothing& settings) {
  const auto near_edge =
      dilated(canny_edges(picture, settings.low, settings.high), picture.width, picture.height, settings.dilation);
  const auto weights = gaussian(settings.blur);
  Image result = picture;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      if (near_edge[static_cast<std::size_t>(y * picture.width + x)] != 0)
        for (int c = 0; c < 3; ++c) result.at(x, y, c) = blurred(picture, weights, x, y, c);
  return result;
}

}  // namespace inkstone
