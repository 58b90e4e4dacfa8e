#include "data/procedural/noise.hpp"

#include <algorithm>
#include <array>

#include "data/procedural/random.hpp"

namespace inkstone::procedural {
namespace {

int floor_of(double v) {
  const int i = static_cast<int>(v);
  return i - (v < i);
}

double fade(double t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

// Dot product of (x, y) with one of 16 unit gradients.
double along_gradient(std::uint32_t hash, double x, double y) {
  constexpr double a = 0.9238795325112867, b = 0.3826834323650898;
  static constexpr std::array<std::array<double, 2>, 16> kGradients = {{{1, 0},
                                                                        {a, b},
                                                                        {0.7071067811865476, 0.7071067811865476},
                                                                        {b, a},
                                                                        {0, 1},
                                                                        {-b, a},
                                                                        {-0.7071067811865476, 0.7071067811865476},
                                                                        {-a, b},
                                                                        {-1, 0},
                                                                        {-a, -b},
                                                                        {-0.7071067811865476, -0.7071067811865476},
                                                                        {-b, -a},
                                                                        {0, -1},
                                                                        {b, -a},
                                                                        {0.7071067811865476, -0.7071067811865476},
                                                                        {a, -b}}};
  const auto& g = kGradients[hash >> 28];
  return g[0] * x + g[1] * y;
}

double simplex_corner(int i, int j, double x, double y, std::uint32_t seed) {
  const double t = 0.5 - x * x - y * y;
  return t <= 0 ? 0 : t * t * t * t * along_gradient(lattice_hash(i, j, seed), x, y);
}

// Calls octave(x, y, seed) for each octave with its place turned by about 37 degrees against the one before.
template <class Octave>
void for_octaves(double x, double y, std::uint32_t seed, const Octaves& octaves, const Octave& octave) {
  double weight = 1;
  for (int i = 0; i < octaves.count; ++i) {
    octave(x, y, seed + 0x9e3779b9U * static_cast<std::uint32_t>(i), weight);
    const double turned = octaves.lacunarity * (0.8 * x - 0.6 * y);
    y = octaves.lacunarity * (0.6 * x + 0.8 * y) + 17.3;
    x = turned + 5.9;
    weight *= octaves.gain;
  }
}

double total_weight(const Octaves& octaves) {
  double sum = 0, weight = 1;
  for (int i = 0; i < octaves.count; ++i, weight *= octaves.gain) sum += weight;
  return sum;
}

}  // namespace

double perlin(double x, double y, std::uint32_t seed) {
  const int i = floor_of(x), j = floor_of(y);
  const double u = x - i, v = y - j, fu = fade(u), fv = fade(v);
  const double a = along_gradient(lattice_hash(i, j, seed), u, v), b = along_gradient(lattice_hash(i + 1, j, seed), u - 1, v);
  const double c = along_gradient(lattice_hash(i, j + 1, seed), u, v - 1),
               d = along_gradient(lattice_hash(i + 1, j + 1, seed), u - 1, v - 1);
  const double top = a + fu * (b - a), bottom = c + fu * (d - c);
  return 1.41421356 * (top + fv * (bottom - top));
}

double simplex(double x, double y, std::uint32_t seed) {
  constexpr double kSkew = 0.36602540378443865, kUnskew = 0.21132486540518713;
  const double s = (x + y) * kSkew;
  const int i = floor_of(x + s), j = floor_of(y + s);
  const double t = (i + j) * kUnskew, x0 = x - (i - t), y0 = y - (j - t);
  const int right = x0 > y0 ? 1 : 0, down = 1 - right;
  const double sum = simplex_corner(i, j, x0, y0, seed) +
                     simplex_corner(i + right, j + down, x0 - right + kUnskew, y0 - down + kUnskew, seed) +
                     simplex_corner(i + 1, j + 1, x0 - 1 + 2 * kUnskew, y0 - 1 + 2 * kUnskew, seed);
  return 99.2 * sum;
}

Cells worley(double x, double y, std::uint32_t seed, double jitter) {
  const int i = floor_of(x), j = floor_of(y);
  Cells cells{.nearest = 1e9, .second = 1e9};
  for (int dj = -2; dj <= 2; ++dj)
    for (int di = -2; di <= 2; ++di) {
      if (di * di + dj * dj == 8) continue;  // too far to be one of the two
      const std::uint32_t hash = lattice_hash(i + di, j + dj, seed);
      const double px = i + di + 0.5 + jitter * ((hash & 0xffffU) / 65536.0 - 0.5),
                   py = j + dj + 0.5 + jitter * ((hash >> 16) / 65536.0 - 0.5);
      const double d = (px - x) * (px - x) + (py - y) * (py - y);
      if (d < cells.nearest)
        cells = {d, cells.nearest, px, py, lattice_hash(i + di, j + dj, seed + 1)};
      else
        cells.second = std::min(cells.second, d);
    }
  cells.nearest = std::sqrt(cells.nearest);
  cells.second = std::sqrt(cells.second);
  return cells;
}

double fbm(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves) {
  double sum = 0;
  for_octaves(x, y, seed, octaves,
              [&](double px, double py, std::uint32_t s, double weight) { sum += weight * noise(px, py, s); });
  return sum / total_weight(octaves);
}

double turbulence(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves) {
  double sum = 0;
  for_octaves(x, y, seed, octaves,
              [&](double px, double py, std::uint32_t s, double weight) { sum += weight * std::abs(noise(px, py, s)); });
  return sum / total_weight(octaves);
}

double ridged(Noise noise, double x, double y, std::uint32_t seed, Octaves octaves) {
  double sum = 0, before = 1;
  for_octaves(x, y, seed, octaves, [&](double px, double py, std::uint32_t s, double weight) {
    const double crease = std::max(0.0, 1 - std::abs(noise(px, py, s)));
    const double height = crease * crease * before;
    before = std::min(1.0, 1.6 * height);
    sum += weight * height;
  });
  return sum / total_weight(octaves);
}

}  // namespace inkstone::procedural
