#include "data/procedural/drawing.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/procedural/random.hpp"

namespace inkstone::procedural {
namespace {

struct Box {
  int left, top, right, bottom;  // samples, inclusive
};

Box samples_within(const Canvas& canvas, Vec2 low, Vec2 high) {
  const auto index = [&](double v, int most) {
    return static_cast<int>(std::clamp(std::floor(v * canvas.rows()), -1.0, most + 0.0));
  };
  return {std::max(0, index(low.x, canvas.columns())), std::max(0, index(low.y, canvas.rows())),
          std::min(canvas.columns() - 1, index(high.x, canvas.columns())),
          std::min(canvas.rows() - 1, index(high.y, canvas.rows()))};
}

// colour with the opacity that signed distance (in samples, negative inside) gives, for all samples of the box.
template <class Distance>
void fill(Canvas& canvas, const Box& box, Rgb colour, double alpha, const Distance& distance) {
  for (int row = box.top; row <= box.bottom; ++row)
    for (int column = box.left; column <= box.right; ++column) {
      const double cover = clamp01(0.5 - distance(column + 0.5, row + 0.5));
      if (cover > 0) canvas.over(column, row, colour, alpha * cover);
    }
}

// Where the outline crosses the middle of a row, sorted; in samples.
std::vector<double> crossings(std::span<const Vec2> corners, double y, double scale) {
  std::vector<double> xs;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Vec2 a = corners[i], b = corners[(i + 1) % corners.size()];
    if ((a.y <= y) != (b.y <= y)) xs.push_back(scale * (a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)));
  }
  std::sort(xs.begin(), xs.end());
  return xs;
}

template <class Paint>
void fill_span(Canvas& canvas, int row, double from, double to, double alpha, const Paint& paint) {
  const int first = std::max(0, static_cast<int>(std::floor(std::max(from, -1.0))));
  const int last = std::min(canvas.columns() - 1, static_cast<int>(std::floor(std::min(to, canvas.columns() + 1.0))));
  for (int column = first; column <= last; ++column) {
    const double cover = std::min(to, column + 1.0) - std::max(from, static_cast<double>(column));
    if (cover > 0)
      canvas.over(column, row, paint((column + 0.5) * canvas.sample(), (row + 0.5) * canvas.sample()),
                  alpha * std::min(1.0, cover));
  }
}

template <class Paint>
void fill_polygon(Canvas& canvas, std::span<const Vec2> corners, double alpha, const Paint& paint) {
  if (corners.size() < 3) return;
  const auto [low, high] = std::minmax_element(corners.begin(), corners.end(), [](Vec2 a, Vec2 b) { return a.y < b.y; });
  const Box box = samples_within(canvas, {0, low->y}, {0, high->y});
  for (int row = box.top; row <= box.bottom; ++row) {
    const auto xs = crossings(corners, (row + 0.5) * canvas.sample(), canvas.rows());
    for (std::size_t i = 0; i + 1 < xs.size(); i += 2) fill_span(canvas, row, xs[i], xs[i + 1], alpha, paint);
  }
}

}  // namespace

void disc(Canvas& canvas, Vec2 centre, double radius, Rgb colour, double alpha) {
  line(canvas, centre, centre, radius, colour, alpha);
}

void line(Canvas& canvas, Vec2 from, Vec2 to, double half_width, Rgb colour, double alpha) {
  tapered(canvas, from, to, half_width, half_width, colour, alpha);
}

void tapered(Canvas& canvas, Vec2 from, Vec2 to, double a, double b, Rgb colour, double alpha) {
  const double scale = canvas.rows(), widest = std::max(a, b), thinnest = 0.5;
  const double reach = widest + 1.5 * canvas.sample();
  const Box box = samples_within(canvas, {std::min(from.x, to.x) - reach, std::min(from.y, to.y) - reach},
                                 {std::max(from.x, to.x) + reach, std::max(from.y, to.y) + reach});
  const Vec2 start = scale * from, along = scale * (to - from);
  const double square = std::max(dot(along, along), 1e-12), ra = std::max(thinnest, a * scale),
               rb = std::max(thinnest, b * scale);
  const double fade = std::min(1.0, widest * scale / thinnest);
  fill(canvas, box, colour, alpha * fade, [&](double x, double y) {
    const Vec2 p = Vec2{x, y} - start;
    const double t = clamp01(dot(p, along) / square);
    return length(p - t * along) - mix(ra, rb, t);
  });
}

void polygon(Canvas& canvas, std::span<const Vec2> corners, Rgb colour, double alpha) {
  fill_polygon(canvas, corners, alpha, [&](double, double) { return colour; });
}

void polygon(Canvas& canvas, std::span<const Vec2> corners, const std::function<Rgb(double, double)>& paint, double alpha) {
  fill_polygon(canvas, corners, alpha, paint);
}

void rectangle(Canvas& canvas, Vec2 corner, Vec2 size, Rgb colour, double alpha) {
  const double s = canvas.rows();
  const double left = corner.x * s, top = corner.y * s, right = left + size.x * s, bottom = top + size.y * s;
  const Box box = samples_within(canvas, corner, corner + size);
  for (int row = box.top; row <= box.bottom; ++row) {
    const double cover = std::min(bottom, row + 1.0) - std::max(top, static_cast<double>(row));
    if (cover > 0) fill_span(canvas, row, left, right, alpha * std::min(1.0, cover), [&](double, double) { return colour; });
  }
}

void glow(Canvas& canvas, Vec2 centre, double radius, Rgb light) {
  const Box box = samples_within(canvas, centre - Vec2{radius, radius}, centre + Vec2{radius, radius});
  const double scale = 4.6 / (radius * radius);
  for (int row = box.top; row <= box.bottom; ++row)
    for (int column = box.left; column <= box.right; ++column) {
      const Vec2 d = Vec2{(column + 0.5) * canvas.sample(), (row + 0.5) * canvas.sample()} - centre;
      const double falloff = std::exp(-scale * dot(d, d)) - 0.01;
      if (falloff > 0) canvas.at(column, row) += falloff * light;
    }
}

void splat(Canvas& canvas, Vec2 place, Rgb light) {
  const double x = place.x * canvas.rows() - 0.5, y = place.y * canvas.rows() - 0.5;
  if (!(x > -1 && y > -1 && x < canvas.columns() && y < canvas.rows())) return;
  const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
  const double u = x - column, v = y - row;
  const auto add = [&](int c, int r, double weight) {
    if (canvas.contains(c, r)) canvas.at(c, r) += weight * light;
  };
  add(column, row, (1 - u) * (1 - v));
  add(column + 1, row, u * (1 - v));
  add(column, row + 1, (1 - u) * v);
  add(column + 1, row + 1, u * v);
}

void starfield(Canvas& canvas, std::uint64_t seed, double density, double brightness) {
  Random random(seed);
  const int stars = static_cast<int>(density * canvas.aspect());
  for (int i = 0; i < stars; ++i) {
    const Vec2 place = {random.uniform(0, canvas.aspect()), random.uniform()};
    const double power = brightness * std::pow(random.uniform(), 7.0), warm = random.uniform(-1, 1);
    const Rgb tint = {static_cast<float>(1 + 0.25 * warm), 1.0F, static_cast<float>(1 - 0.3 * warm)};
    const double radius = std::max(0.0022 * (0.5 + std::sqrt(power)), 1.2 * canvas.pixel());
    glow(canvas, place, radius, (0.12 * brightness + power) * tint);
  }
}

}  // namespace inkstone::procedural
