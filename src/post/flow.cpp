#include "post/flow.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include "post/noise.hpp"

namespace inkstone::post {
namespace {

void add_products(const Plane& plane, StructureTensor& tensor) {
  parallel_rows(plane.height, [&](int y) {
    for (int x = 0; x < plane.width; ++x) {
      const auto p = [&](int dx, int dy) { return plane.clamped(x + dx, y + dy); };
      const float gx = (p(1, -1) + 2 * p(1, 0) + p(1, 1) - p(-1, -1) - 2 * p(-1, 0) - p(-1, 1)) / 4;
      const float gy = (p(-1, 1) + 2 * p(0, 1) + p(1, 1) - p(-1, -1) - 2 * p(0, -1) - p(1, -1)) / 4;
      tensor.e.at(x, y) += gx * gx;
      tensor.f.at(x, y) += gx * gy;
      tensor.g.at(x, y) += gy * gy;
    }
  });
}

float mean_of(const Plane& plane) {
  return static_cast<float>(std::accumulate(plane.values.begin(), plane.values.end(), 0.0) / plane.values.size());
}

std::vector<float> half_gaussian(float sigma) {
  std::vector<float> weights(static_cast<std::size_t>(std::ceil(2 * sigma)) + 1);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::exp(-0.5f * i * i / (sigma * sigma));
  return weights;
}

// Visits the points of the flow line through (x, y), one pixel apart, with their Gaussian weights.
template <class Visit>
void walk_flow(const FlowField& flow, int x, int y, const std::vector<float>& weights, const Visit& visit) {
  visit(static_cast<float>(x), static_cast<float>(y), weights[0]);
  for (const float sign : {1.0f, -1.0f}) {
    const Vector2 start = flow.tangent(x, y);
    Vector2 direction{sign * start.x, sign * start.y};
    float px = x + direction.x, py = y + direction.y;
    for (std::size_t i = 1; i < weights.size(); ++i) {
      visit(px, py, weights[i]);
      Vector2 next = flow.tangent_near(px, py);
      if (next.x * direction.x + next.y * direction.y < 0) next = {-next.x, -next.y};
      direction = next;
      px += next.x;
      py += next.y;
    }
  }
}

}  // namespace

StructureTensor structure_tensor(const Image& picture, float sigma) {
  const Plane zero(picture.width, picture.height);
  StructureTensor tensor{zero, zero, zero};
  for (int c = 0; c < 3; ++c) add_products(channel(picture, c), tensor);
  return {gaussian_blur(tensor.e, sigma), gaussian_blur(tensor.f, sigma), gaussian_blur(tensor.g, sigma)};
}

FlowField::FlowField(const StructureTensor& tensor) : x_(tensor.e), y_(tensor.e), anisotropy_(tensor.e) {
  parallel_rows(height(), [&](int y) {
    for (int x = 0; x < width(); ++x) {
      const float e = tensor.e.at(x, y), f = tensor.f.at(x, y), g = tensor.g.at(x, y);
      const float spread = std::sqrt((e - g) * (e - g) + 4 * f * f);
      const float across = 0.5f * std::atan2(2 * f, e - g);
      x_.at(x, y) = -std::sin(across);
      y_.at(x, y) = std::cos(across);
      anisotropy_.at(x, y) = spread / std::max(e + g, 1e-12f);
    }
  });
}

Vector2 FlowField::tangent_near(float x, float y) const {
  const int ix = std::clamp(static_cast<int>(x + 0.5f), 0, width() - 1),
            iy = std::clamp(static_cast<int>(y + 0.5f), 0, height() - 1);
  return tangent(ix, iy);
}

void fill_flat_areas(StructureTensor& tensor, float strength, float scale, std::uint64_t seed) {
  const float weight = strength * (mean_of(tensor.e) + mean_of(tensor.g)) + 1e-9f;
  parallel_rows(tensor.e.height, [&](int y) {
    for (int x = 0; x < tensor.e.width; ++x) {
      const float angle = 2 * std::numbers::pi_v<float> * fractal_noise(seed, x / scale, y / scale, 2);
      const float c = std::cos(angle), s = std::sin(angle);
      tensor.e.at(x, y) += weight * c * c;
      tensor.f.at(x, y) += weight * c * s;
      tensor.g.at(x, y) += weight * s * s;
    }
  });
}

Plane smooth_along(const Plane& plane, const FlowField& flow, float sigma) {
  const auto weights = half_gaussian(sigma);
  Plane result(plane.width, plane.height);
  parallel_rows(plane.height, [&](int y) {
    for (int x = 0; x < plane.width; ++x) {
      float sum = 0, total = 0;
      walk_flow(flow, x, y, weights, [&](float px, float py, float w) {
        sum += w * sample(plane, px, py);
        total += w;
      });
      result.at(x, y) = sum / total;
    }
  });
  return result;
}

Image smooth_along(const Image& picture, const FlowField& flow, float sigma) {
  const auto weights = half_gaussian(sigma);
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      Rgb sum = {};
      float total = 0;
      walk_flow(flow, x, y, weights, [&](float px, float py, float w) {
        const Rgb c = sample(picture, px, py);
        for (int k = 0; k < 3; ++k) sum[k] += w * c[k];
        total += w;
      });
      set_rgb(result, x, y, {sum[0] / total, sum[1] / total, sum[2] / total});
    }
  });
  return result;
}

}  // namespace inkstone::post
