#include "post/noise.hpp"

#include <cmath>
#include <numbers>

namespace inkstone::post {
namespace {

std::uint32_t pcg(std::uint32_t v) {
  const std::uint32_t state = v * 747796405u + 2891336453u;
  const std::uint32_t word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

float fade(float t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

}  // namespace

std::uint32_t hash(std::uint64_t seed, int x, int y) {
  const auto low = static_cast<std::uint32_t>(seed), high = static_cast<std::uint32_t>(seed >> 32);
  return pcg(static_cast<std::uint32_t>(x) + pcg(static_cast<std::uint32_t>(y) + pcg(low ^ pcg(high))));
}

float normal(std::uint64_t seed, int x, int y) {
  const float u = 1.0f - uniform(seed, x, y);
  const float v = uniform(seed ^ 0x9E3779B97F4A7C15u, x, y);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi_v<float> * v);
}

float smooth_noise(std::uint64_t seed, float x, float y) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
  const float u = fade(x - fx), v = fade(y - fy);
  return mix(mix(uniform(seed, ix, iy), uniform(seed, ix + 1, iy), u),
             mix(uniform(seed, ix, iy + 1), uniform(seed, ix + 1, iy + 1), u), v);
}

float fractal_noise(std::uint64_t seed, float x, float y, int octaves) {
  float sum = 0, weight = 1, total = 0;
  for (int i = 0; i < octaves; ++i, x *= 2, y *= 2, weight *= 0.5f) {
    sum += weight * smooth_noise(seed + i, x, y);
    total += weight;
  }
  return sum / total;
}

Plane paper_relief(int width, int height, float grain, std::uint64_t seed) {
  Plane relief(width, height);
  const float scale = 1 / std::max(grain, 0.5f);
  parallel_rows(height, [&](int y) {
    for (int x = 0; x < width; ++x) {
      const float bumps = fractal_noise(seed, x * scale, y * scale, 2);
      const float felt = fractal_noise(seed + 7, x * scale * 0.22f + 0.15f * bumps, y * scale * 0.22f, 2);
      relief.at(x, y) = std::clamp(0.5f + 1.1f * (bumps - 0.5f) + 0.6f * (felt - 0.5f), 0.0f, 1.0f);
    }
  });
  return relief;
}

}  // namespace inkstone::post
