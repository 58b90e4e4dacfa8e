#include "post/edges.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "image/resize.hpp"

namespace inkstone::post {
namespace {

struct Gradient {
  Plane x, y, magnitude;
};

// 3x3 Sobel, not normalised.
Gradient sobel(const Plane& p) {
  Gradient g{Plane(p.width, p.height), Plane(p.width, p.height), Plane(p.width, p.height)};
  parallel_rows(p.height, [&](int y) {
    for (int x = 0; x < p.width; ++x) {
      const auto at = [&](int dx, int dy) { return p.clamped(x + dx, y + dy); };
      const float gx = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
      const float gy = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      g.x.at(x, y) = gx;
      g.y.at(x, y) = gy;
      g.magnitude.at(x, y) = std::hypot(gx, gy);
    }
  });
  return g;
}

// Whether no neighbour along the gradient, on either side, is stronger; between two pixels the magnitude is interpolated.
bool is_ridge(const Gradient& g, int x, int y) {
  const float gx = g.x.at(x, y), gy = g.y.at(x, y), own = g.magnitude.at(x, y);
  const int sx = gx >= 0 ? 1 : -1, sy = gy >= 0 ? 1 : -1;
  const bool flat = std::abs(gx) >= std::abs(gy);  // the gradient lies nearer to the rows
  const float w = flat ? std::abs(gy) / std::abs(gx) : std::abs(gx) / std::abs(gy);
  const auto beside = [&](int side) {
    const float straight = flat ? g.magnitude.at(x + side * sx, y) : g.magnitude.at(x, y + side * sy);
    return (1 - w) * straight + w * g.magnitude.at(x + side * sx, y + side * sy);
  };
  return own > 0 && own >= beside(1) && own >= beside(-1);
}

// From every strong pixel along the weak ones that touch it.
void follow_edges(Plane& edges, const Plane& candidates, std::vector<std::pair<int, int>> open) {
  while (!open.empty()) {
    const auto [x, y] = open.back();
    open.pop_back();
    for (int ny = y - 1; ny <= y + 1; ++ny)
      for (int nx = x - 1; nx <= x + 1; ++nx) {
        if (nx < 0 || ny < 0 || nx >= edges.width || ny >= edges.height || candidates.at(nx, ny) == 0 || edges.at(nx, ny) > 0)
          continue;
        edges.at(nx, ny) = 1;
        open.emplace_back(nx, ny);
      }
  }
}

Image grey_of(const Plane& plane) {
  Image picture(plane.width, plane.height, 3);
  for (std::size_t i = 0; i < plane.values.size(); ++i)
    for (int c = 0; c < 3; ++c) picture.pixels[3 * i + c] = std::clamp(plane.values[i], 0.0f, 1.0f);
  return picture;
}

}  // namespace

Plane canny_edges(const Plane& brightness, const CannyOptions& options) {
  const float high = float(options.high / 255), low = std::min(high, float(options.low / 255));
  const auto gradient = sobel(gaussian_blur(brightness, float(options.sigma)));
  Plane candidates(brightness.width, brightness.height), edges(brightness.width, brightness.height);
  std::vector<std::pair<int, int>> strong;
  for (int y = 1; y + 1 < brightness.height; ++y)
    for (int x = 1; x + 1 < brightness.width; ++x) {
      if (gradient.magnitude.at(x, y) < low || !is_ridge(gradient, x, y)) continue;
      candidates.at(x, y) = 1;
      if (gradient.magnitude.at(x, y) < high) continue;
      edges.at(x, y) = 1;
      strong.emplace_back(x, y);
    }
  follow_edges(edges, candidates, std::move(strong));
  return edges;
}

Image canny(const Image& picture, const CannyOptions& options) {
  return grey_of(canny_edges(luma(picture), options));
}

Image soft_edge(const Image& picture, const SoftEdgeOptions& options) {
  const Plane brightness = luma(picture);
  const float unit = float(options.scale) * float(std::min(picture.width, picture.height)) / 512;
  Plane sum(picture.width, picture.height);
  for (const float sigma : {1.0f, 2.0f, 4.0f}) {
    const auto gradient = sobel(gaussian_blur(brightness, sigma * unit));
    const float gain = float(options.strength) * sigma * unit / 4;  // so that a step of full height is about white at every scale
    for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += gain * gradient.magnitude.values[i];
  }
  for (float& value : sum.values) value = std::tanh(value);
  return grey_of(gaussian_blur(sum, unit));
}

Image scribble(const Image& picture, const ScribbleOptions& options) {
  const Plane brightness = luma(picture), near = gaussian_blur(brightness, 0.5f), far = gaussian_blur(brightness, 5);
  Plane strokes(picture.width, picture.height);
  for (std::size_t i = 0; i < strokes.values.size(); ++i)
    strokes.values[i] = 2 * 255 * (far.values[i] - near.values[i]) > float(options.threshold) ? 1.0f : 0.0f;
  return grey_of(strokes);
}

Image coarsen(const Image& picture, const CoarsenOptions& options) {
  const auto side = [&](int length) { return std::max(1, int(std::lround(length / options.factor))); };
  return resize(resize(picture, side(picture.width), side(picture.height)), picture.width, picture.height);
}

Image stretch(const Image& picture, const StretchOptions& options) {
  Plane plane = luma(picture);
  auto sorted = plane.values;
  std::sort(sorted.begin(), sorted.end());
  const auto last = sorted.size() - 1, cut = std::min(last / 2, std::size_t(options.clip / 100 * double(sorted.size())));
  const float dark = sorted[cut], light = sorted[last - cut];
  for (float& value : plane.values) value = light > dark ? (value - dark) / (light - dark) : 0;
  return grey_of(plane);
}

Image invert(const Image& picture, const InvertOptions& options) {
  Image result = picture;
  for (float& value : result.pixels) value = mix(value, 1 - value, float(options.amount));
  return result;
}

}  // namespace inkstone::post
