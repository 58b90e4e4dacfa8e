#include "post/kuwahara.hpp"

#include <cmath>
#include <numbers>

#include "post/flow.hpp"

namespace inkstone::post {
namespace {

constexpr int kSectors = 8;
constexpr float kWidestRadius = 7;
constexpr float kZeta = 0.33f;      // smoothness of the sectors at the centre
constexpr float kEccentricity = 1;  // alpha: how long the ellipse grows on edges
constexpr float kSectorAngle = 3 * std::numbers::pi_v<float> / 8;

using SectorWeights = std::array<float, kSectors>;

// Four sectors a quarter turn apart: squares of max(0, v_y + zeta - eta v_x^2) and its rotations.
void four_sectors(float x, float y, float eta, float* weights) {
  const float bend_x = kZeta - eta * x * x, bend_y = kZeta - eta * y * y;
  const float z0 = std::max(0.0f, y + bend_x), z1 = std::max(0.0f, -x + bend_y);
  const float z2 = std::max(0.0f, -y + bend_x), z3 = std::max(0.0f, x + bend_y);
  weights[0] = z0 * z0;
  weights[1] = z1 * z1;
  weights[2] = z2 * z2;
  weights[3] = z3 * z3;
}

// Weights of all sectors at (x, y) in the unit disc, times a radial Gaussian; they sum to that Gaussian.
SectorWeights sector_weights(float x, float y) {
  static const float eta = (kZeta + std::cos(kSectorAngle)) / (std::sin(kSectorAngle) * std::sin(kSectorAngle));
  constexpr float kHalf = std::numbers::sqrt2_v<float> / 2;
  SectorWeights w;
  four_sectors(x, y, eta, &w[0]);
  four_sectors(kHalf * (x - y), kHalf * (x + y), eta, &w[4]);
  float sum = 0;
  for (float v : w) sum += v;
  const float gain = std::exp(-3.125f * (x * x + y * y)) / std::max(sum, 1e-12f);
  for (float& v : w) v *= gain;
  return w;
}

// sector_weights on a grid over [-1,1]^2, looked up by the nearest point.
class WeightTable {
 public:
  WeightTable() : cells_(kSide * kSide) {
    for (int j = 0; j < kSide; ++j)
      for (int i = 0; i < kSide; ++i)
        cells_[j * kSide + i] = sector_weights((i - kHalfSide) / float(kHalfSide), (j - kHalfSide) / float(kHalfSide));
  }
  const SectorWeights& at(float x, float y) const {
    return cells_[static_cast<int>((y + 1) * kHalfSide + 0.5f) * kSide + static_cast<int>((x + 1) * kHalfSide + 0.5f)];
  }

 private:
  static constexpr int kHalfSide = 32, kSide = 2 * kHalfSide + 1;
  std::vector<SectorWeights> cells_;
};

struct Sums {
  alignas(32) SectorWeights weight = {}, red = {}, green = {}, blue = {}, square = {};

  void add(const Rgb& c, const SectorWeights& w) {
    const float norm = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
    for (int k = 0; k < kSectors; ++k) {
      weight[k] += w[k];
      red[k] += w[k] * c[0];
      green[k] += w[k] * c[1];
      blue[k] += w[k] * c[2];
      square[k] += w[k] * norm;
    }
  }

  // Mean of the sector means, weighted by 1 / (1 + (255 s)^sharpness), s the sector's deviation.
  Rgb result(float sharpness) const {
    Rgb sum = {};
    float total = 0;
    for (int k = 0; k < kSectors; ++k) {
      const float w = std::max(weight[k], 1e-12f);
      const Rgb m = {red[k] / w, green[k] / w, blue[k] / w};
      const float variance = std::abs(square[k] / w - m[0] * m[0] - m[1] * m[1] - m[2] * m[2]);
      const float alpha = 1 / (1 + std::pow(255 * 255 * variance / 16, 0.5f * sharpness));
      for (int c = 0; c < 3; ++c) sum[c] += alpha * m[c];
      total += alpha;
    }
    return {sum[0] / total, sum[1] / total, sum[2] / total};
  }
};

// The map from the picture to the unit disc: rotation to the flow, then an ellipse that is longer along edges.
struct Ellipse {
  float m00, m01, m10, m11;
  int reach_x, reach_y;

  Ellipse(Vector2 tangent, float anisotropy, float radius) {
    const float stretch = (kEccentricity + anisotropy) / kEccentricity;
    const float a = std::min(radius * stretch, 2 * radius), b = std::max(radius / stretch, 1.0f);
    m00 = tangent.x / a;
    m01 = tangent.y / a;
    m10 = -tangent.y / b;
    m11 = tangent.x / b;
    reach_x = static_cast<int>(std::sqrt(a * a * tangent.x * tangent.x + b * b * tangent.y * tangent.y));
    reach_y = static_cast<int>(std::sqrt(a * a * tangent.y * tangent.y + b * b * tangent.x * tangent.x));
  }
};

Rgb filter_pixel(const Image& picture, int px, int py, const Ellipse& ellipse, const WeightTable& table, float sharpness) {
  Sums sums;
  for (int dy = -ellipse.reach_y; dy <= ellipse.reach_y; ++dy) {
    const int y = std::clamp(py + dy, 0, picture.height - 1);
    for (int dx = -ellipse.reach_x; dx <= ellipse.reach_x; ++dx) {
      const float u = ellipse.m00 * dx + ellipse.m01 * dy, v = ellipse.m10 * dx + ellipse.m11 * dy;
      if (u * u + v * v > 1) continue;
      sums.add(rgb_at(picture, std::clamp(px + dx, 0, picture.width - 1), y), table.at(u, v));
    }
  }
  return sums.result(sharpness);
}

// Means of factor x factor pixels; the last row and column of blocks may be smaller.
Image shrunk(const Image& picture, int factor) {
  Image small((picture.width + factor - 1) / factor, (picture.height + factor - 1) / factor, picture.channels);
  parallel_rows(small.height, [&](int y) {
    for (int x = 0; x < small.width; ++x) {
      const int x1 = std::min((x + 1) * factor, picture.width), y1 = std::min((y + 1) * factor, picture.height);
      Rgb sum = {};
      for (int j = y * factor; j < y1; ++j)
        for (int i = x * factor; i < x1; ++i)
          for (int c = 0; c < 3; ++c) sum[c] += picture.at(i, j, c);
      const float count = static_cast<float>((x1 - x * factor) * (y1 - y * factor));
      set_rgb(small, x, y, {sum[0] / count, sum[1] / count, sum[2] / count});
    }
  });
  return small;
}

Image grown(const Image& small, int factor, Image result) {
  parallel_rows(result.height, [&](int y) {
    for (int x = 0; x < result.width; ++x)
      set_rgb(result, x, y, sample(small, (x + 0.5f) / factor - 0.5f, (y + 0.5f) / factor - 0.5f));
  });
  return result;
}

}  // namespace

Image kuwahara(const Image& picture, float radius, float sharpness) {
  // Time grows with the square of the radius; what a wide filter leaves has no detail that a smaller picture lacks.
  if (const int factor = static_cast<int>(radius / kWidestRadius); factor > 1)
    return grown(kuwahara(shrunk(picture, factor), radius / factor, sharpness), factor, picture);
  const FlowField flow(structure_tensor(picture, std::max(2.0f, radius / 2)));
  const WeightTable table;
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const Ellipse ellipse(flow.tangent(x, y), flow.anisotropy(x, y), radius);
      set_rgb(result, x, y, filter_pixel(picture, x, y, ellipse, table, sharpness));
    }
  });
  return result;
}

}  // namespace inkstone::post
