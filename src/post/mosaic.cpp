#include "post/mosaic.hpp"

#include <cmath>
#include <limits>

#include "post/flow.hpp"
#include "post/noise.hpp"

namespace inkstone::post {
namespace {

constexpr int kLloydSteps = 20;
constexpr float kReach = 1.6f;  // a stone claims no pixel further than this many sides away

struct Stone {
  float x, y;
  Vector2 along;
};

// Chebyshev distance in the stone's own axes, in pixels.
float square_distance(const Stone& stone, float x, float y) {
  const float dx = x - stone.x, dy = y - stone.y;
  return std::max(std::abs(dx * stone.along.x + dy * stone.along.y), std::abs(dy * stone.along.x - dx * stone.along.y));
}

// The nearest stone of each pixel and its distance; -1 where none is in reach.
struct Cells {
  std::vector<int> owner;
  Plane distance;
};

Cells nearest_stones(const std::vector<Stone>& stones, int width, int height, float reach) {
  Cells cells{std::vector<int>(std::size_t(width) * height, -1), Plane(width, height, std::numeric_limits<float>::max())};
  parallel_stripes(height, [&](int begin, int end) {
    for (std::size_t i = 0; i < stones.size(); ++i) {
      const Stone& s = stones[i];
      const int y1 = std::min(end, static_cast<int>(s.y + reach) + 1), x1 = std::min(width, static_cast<int>(s.x + reach) + 1);
      for (int y = std::max(begin, static_cast<int>(s.y - reach)); y < y1; ++y)
        for (int x = std::max(0, static_cast<int>(s.x - reach)); x < x1; ++x) {
          const float d = square_distance(s, static_cast<float>(x), static_cast<float>(y));
          if (d >= cells.distance.at(x, y)) continue;
          cells.distance.at(x, y) = d;
          cells.owner[std::size_t(y) * width + x] = static_cast<int>(i);
        }
    }
  });
  return cells;
}

// Near strong contours the direction of the contour, carried into the flat areas between them.
FlowField laying_directions(const Image& picture, float side) {
  StructureTensor fine = structure_tensor(gaussian_blur(picture, 0.12f * side), 0.5f * side);
  const StructureTensor wide = structure_tensor(gaussian_blur(picture, 0.3f * side), 3.5f * side);
  for (std::size_t i = 0; i < fine.e.values.size(); ++i) {
    fine.e.values[i] += 0.35f * wide.e.values[i] + 1e-7f;
    fine.f.values[i] += 0.35f * wide.f.values[i];
    fine.g.values[i] += 0.35f * wide.g.values[i];
  }
  return FlowField(fine);
}

// Weight of a pixel in a stone's centre of mass: small on contours, so that stones draw back from them.
Plane laying_weights(const Image& picture, float side) {
  const StructureTensor t = structure_tensor(gaussian_blur(picture, 0.08f * side), 0.06f * side);
  Plane weights(picture.width, picture.height);
  for (std::size_t i = 0; i < weights.values.size(); ++i)
    weights.values[i] = std::max(0.08f, 1 - smoothstep(0.03f, 0.2f, std::sqrt(t.e.values[i] + t.g.values[i])));
  return weights;
}

std::vector<Stone> scattered(int width, int height, float side, std::uint64_t seed) {
  std::vector<Stone> stones;
  for (int j = 0; j * side < height; ++j)
    for (int i = 0; i * side < width; ++i) {
      const float x = (i + 0.5f + 0.3f * (uniform(seed, i, j) - 0.5f)) * side,
                  y = (j + 0.5f + 0.3f * (uniform(seed + 1, i, j) - 0.5f)) * side;
      stones.push_back({std::min(x, width - 1.0f), std::min(y, height - 1.0f), {1, 0}});
    }
  return stones;
}

// One step of Lloyd's algorithm: every stone moves to the weighted centre of its cell and turns with the field.
void relax(std::vector<Stone>& stones, const Plane& weights, const FlowField& flow, float reach) {
  for (Stone& s : stones) s.along = flow.tangent_near(s.x, s.y);
  const Cells cells = nearest_stones(stones, weights.width, weights.height, reach);
  std::vector<double> mass(stones.size()), x_sum(stones.size()), y_sum(stones.size());
  for (int y = 0; y < weights.height; ++y)
    for (int x = 0; x < weights.width; ++x) {
      const int i = cells.owner[std::size_t(y) * weights.width + x];
      if (i < 0) continue;
      const float w = weights.at(x, y);
      mass[i] += w;
      x_sum[i] += w * x;
      y_sum[i] += w * y;
    }
  for (std::size_t i = 0; i < stones.size(); ++i)
    if (mass[i] > 0) stones[i].x = static_cast<float>(x_sum[i] / mass[i]), stones[i].y = static_cast<float>(y_sum[i] / mass[i]);
}

std::vector<Rgb> stone_colours(const Image& picture, const Cells& cells, const Plane& weights, const std::vector<Stone>& stones) {
  std::vector<Rgb> colours(stones.size(), Rgb{});
  std::vector<float> mass(stones.size());
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const int i = cells.owner[std::size_t(y) * picture.width + x];
      if (i < 0) continue;
      const Rgb c = rgb_at(picture, x, y);
      const float w = weights.at(x, y);
      for (int k = 0; k < 3; ++k) colours[i][k] += w * c[k];
      mass[i] += w;
    }
  for (std::size_t i = 0; i < stones.size(); ++i)
    for (float& v : colours[i]) v /= std::max(mass[i], 1e-6f);
  return colours;
}

// Distance to the joint: how much nearer the owner is than any stone around it, or the stone's own outline.
Plane joint_distance(const std::vector<Stone>& stones, const Cells& cells, int width, int height, float side, float reach) {
  Plane second(width, height, std::numeric_limits<float>::max());
  parallel_stripes(height, [&](int begin, int end) {
    for (std::size_t i = 0; i < stones.size(); ++i) {
      const Stone& s = stones[i];
      const int y1 = std::min(end, static_cast<int>(s.y + reach) + 1), x1 = std::min(width, static_cast<int>(s.x + reach) + 1);
      for (int y = std::max(begin, static_cast<int>(s.y - reach)); y < y1; ++y)
        for (int x = std::max(0, static_cast<int>(s.x - reach)); x < x1; ++x)
          if (cells.owner[std::size_t(y) * width + x] != static_cast<int>(i))
            second.at(x, y) = std::min(second.at(x, y), square_distance(s, static_cast<float>(x), static_cast<float>(y)));
    }
  });
  for (std::size_t k = 0; k < second.values.size(); ++k)
    second.values[k] = std::min((second.values[k] - cells.distance.values[k]) / 2, 0.72f * side - cells.distance.values[k]);
  return second;
}

// How one stone looks: its own colour, tilt towards the light, and a bevelled rim.
class StoneSurface {
 public:
  StoneSurface(const MosaicOptions& options, float side, std::uint64_t seed)
      : variation_(static_cast<float>(options.variation)),
        relief_(static_cast<float>(options.relief)),
        side_(side),
        seed_(seed) {}

  Rgb colour(const Rgb& mean, const Stone& stone, int number, int x, int y, float inside) const {
    const float own = variation_ * 0.22f * (uniform(seed_, number, 0) - 0.5f);
    const float tilt_x = uniform(seed_ + 1, number, 0) - 0.5f, tilt_y = uniform(seed_ + 2, number, 0) - 0.5f;
    const float px = (x - stone.x) / side_, py = (y - stone.y) / side_;
    const float sheen = relief_ * (0.16f * (tilt_x + tilt_y) + 0.22f * (tilt_x * px + tilt_y * py));
    const float bevel = relief_ * 0.30f * (1 - smoothstep(0, 0.16f * side_, inside)) * std::clamp(-(px + py) * 2, -1.0f, 1.0f);
    const float vein = variation_ * 0.05f * (fractal_noise(seed_ + 3 + number, x * 0.12f, y * 0.12f, 3) - 0.5f);
    const float gain = 1.10f + own + sheen + bevel + vein, grey = luma_of(mean);
    Rgb out;
    for (int k = 0; k < 3; ++k)
      out[k] = gain * (grey + 1.2f * (mean[k] - grey)) + 0.06f * variation_ * (uniform(seed_ + 5 + k, number, 0) - 0.5f);
    return out;
  }

 private:
  float variation_, relief_, side_;
  std::uint64_t seed_;
};

Rgb mortar(int x, int y, std::uint64_t seed) {
  const float sand = 0.15f + 0.10f * fractal_noise(seed, x * 0.5f, y * 0.5f, 2);
  return {sand * 1.04f, sand, sand * 0.94f};
}

}  // namespace

Image mosaic(const Image& picture, const MosaicOptions& options, std::uint64_t seed) {
  const float side = std::max(3.0f, static_cast<float>(std::min(picture.width, picture.height) * options.tile / 100)),
              reach = kReach * side;
  const FlowField flow = laying_directions(picture, side);
  const Plane weights = laying_weights(picture, side);
  std::vector<Stone> stones = scattered(picture.width, picture.height, side, seed);
  for (int step = 0; step < kLloydSteps; ++step) relax(stones, weights, flow, reach);
  const Cells cells = nearest_stones(stones, picture.width, picture.height, reach);
  const auto colours = stone_colours(picture, cells, weights, stones);
  const Plane inside = joint_distance(stones, cells, picture.width, picture.height, side, reach);
  const float joint = static_cast<float>(options.grout) * side / 2;
  const StoneSurface surface(options, side, seed + 100);
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const int i = cells.owner[std::size_t(y) * picture.width + x];
      const Rgb ground = mortar(x, y, seed + 200);
      if (i < 0) {
        set_rgb(result, x, y, ground);
        continue;
      }
      const float depth = inside.at(x, y) - joint;
      const float chipped = depth + 0.05f * side * (smooth_noise(seed + 300, x * 4 / side, y * 4 / side) - 0.5f);
      set_rgb(result, x, y, mix(ground, surface.colour(colours[i], stones[i], i, x, y, depth), smoothstep(-0.5f, 0.9f, chipped)));
    }
  });
  return result;
}

}  // namespace inkstone::post
