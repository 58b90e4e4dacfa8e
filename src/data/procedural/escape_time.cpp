#include "data/procedural/escape_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace inkstone::procedural {
namespace {

constexpr double kBailout = 1e4;  // |z|^2; large, so that the smooth fraction is smooth

Orbit escaped(int n, Vec2 z, Vec2 dz, double closest) {
  const double norm = dot(z, z), log_z = 0.5 * std::log(norm), d = std::max(length(dz), 1e-300);
  const double scale = 1.0 / dot(dz, dz);
  const Vec2 quotient = {scale * (z.x * dz.x + z.y * dz.y), scale * (z.y * dz.x - z.x * dz.y)};  // z / dz
  const double size = std::max(length(quotient), 1e-300);
  Orbit orbit;
  orbit.time = std::max(0.0, n + 1 - std::log2(log_z / std::log(2.0)));
  orbit.distance = std::sqrt(norm) * log_z / d;
  orbit.slope = (1.0 / size) * quotient;
  orbit.closest = closest;
  return orbit;
}

// by_c: the derivative gains 1 each step.
Orbit iterate(Vec2 z, Vec2 c, Vec2 dz, double by_c, int most) {
  Orbit orbit;
  Vec2 past = z;  // a point met again means a cycle (Brent 1980)
  int until = 8;
  for (int n = 0; n < most; ++n) {
    dz = {2 * (z.x * dz.x - z.y * dz.y) + by_c, 2 * (z.x * dz.y + z.y * dz.x)};
    z = {z.x * z.x - z.y * z.y + c.x, 2 * z.x * z.y + c.y};
    const double norm = z.x * z.x + z.y * z.y;
    orbit.closest = std::min(orbit.closest, norm);
    if (norm > kBailout) return escaped(n, z, dz, orbit.closest);
    if (std::abs(z.x - past.x) + std::abs(z.y - past.y) < 1e-14) break;
    if (n == until) {
      past = z;
      until *= 2;
    }
  }
  orbit.inside = true;
  return orbit;
}

Rgb inside_colour(const Orbit& orbit, const Palette& palette) {
  const double t = std::sqrt(std::min(1.0, orbit.closest));
  return mix(0.25 * palette.at(0), palette.at(0.25), 0.5 * t);
}

}  // namespace

bool in_large_bulbs(Vec2 c) {
  const double y2 = c.y * c.y, q = (c.x - 0.25) * (c.x - 0.25) + y2;
  return q * (q + c.x - 0.25) <= 0.25 * y2 || (c.x + 1) * (c.x + 1) + y2 <= 0.0625;
}

Orbit mandelbrot_orbit(Vec2 c, int most) {
  if (in_large_bulbs(c)) {
    Orbit orbit;
    orbit.inside = true;
    orbit.closest = dot(c, c);
    return orbit;
  }
  return iterate({0, 0}, c, {0, 0}, 1, most);
}

Orbit julia_orbit(Vec2 z, Vec2 c, int most) {
  return iterate(z, c, {1, 0}, 0, most);
}

Rgb orbit_colour(const Orbit& orbit, const OrbitLook& look) {
  if (orbit.inside) return inside_colour(orbit, *look.palette);
  const double turns = look.density * std::log2((orbit.time + 2) / (look.base + 2)) + look.offset;
  const Rgb colour = look.palette->cyclic(turns);
  constexpr double kLightHeight = 1.4;
  const double facing = (dot(orbit.slope, look.light) + kLightHeight) / (1 + kLightHeight);
  const double shade = mix(1.0, std::max(0.0, 1.25 * facing), look.relief);
  const double glow = look.ridge > 0 ? std::exp(-orbit.distance / look.ridge) : 0;
  return mix(shade * colour, look.palette->at(look.ridge_tone), 0.85 * glow);
}

double interest(const double* times, int columns, int rows) {
  constexpr int kBins = 32;
  std::array<int, kBins> histogram = {};
  int inside = 0, jumps = 0;
  const int count = columns * rows;
  for (int i = 0; i < count; ++i) {
    if (times[i] < 0)
      ++inside;
    else
      ++histogram[std::clamp(static_cast<int>(3 * std::log2(times[i] + 1)), 0, kBins - 1)];
    if (i > 0 && std::abs(std::log2((times[i] + 2) / (times[i - 1] + 2.5))) > 1.2) ++jumps;
  }
  double entropy = 0;
  for (const int n : histogram)
    if (n > 0) entropy -= n * std::log2(static_cast<double>(n) / count) / count;
  return entropy - 6.0 * std::max(0.0, static_cast<double>(inside) / count - 0.25) - 4.0 * jumps / count;
}

}  // namespace inkstone::procedural
