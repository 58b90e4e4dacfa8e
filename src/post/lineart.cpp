#include "post/lineart.hpp"

#include <cmath>

#include "post/flow.hpp"
#include "post/kuwahara.hpp"

namespace inkstone::post {
namespace {

constexpr float kBase = 0.75f;  // brightness of an edgeless place where nothing fills
constexpr float kWider = 1.6f;  // sigma_s / sigma_c: DoG closest to the Laplacian (Marr and Hildreth 1980)

// Both Gaussians at one pixel, sampled on the line across the flow:  u = base + fill (G_c - base) + p (G_c - G_s).
// With fill 1 this is XDoG; with 0 brightness itself counts for nothing and only edges draw.
class AcrossFlow {
 public:
  AcrossFlow(float sigma, float p, float fill) : p_(p), fill_(fill) {
    for (int i = 0; i <= static_cast<int>(std::ceil(2.5f * kWider * sigma)); ++i) {
      const float centre = std::exp(-0.5f * i * i / (sigma * sigma)),
                  wide = std::exp(-0.5f * i * i / (kWider * kWider * sigma * sigma));
      centre_.push_back(centre);
      wide_.push_back(wide);
      centre_sum_ += i == 0 ? centre : 2 * centre;
      wide_sum_ += i == 0 ? wide : 2 * wide;
    }
  }

  // edge: weight of the edge term at this pixel, 0 to 1.
  float at(const Plane& y, int px, int py, Vector2 tangent, float edge) const {
    float centre = centre_[0] * y.at(px, py), wide = wide_[0] * y.at(px, py);
    for (std::size_t i = 1; i < centre_.size(); ++i) {
      const float dx = -tangent.y * i, dy = tangent.x * i;
      const float pair = sample(y, px + dx, py + dy) + sample(y, px - dx, py - dy);
      centre += centre_[i] * pair;
      wide += wide_[i] * pair;
    }
    centre /= centre_sum_;
    return mix(kBase, centre, fill_) + edge * p_ * (centre - wide / wide_sum_);
  }

 private:
  float p_, fill_, centre_sum_ = 0, wide_sum_ = 0;
  std::vector<float> centre_, wide_;
};

Plane difference_across(const Plane& y, const FlowField& flow, const Plane& edges, float sigma, float p, float fill) {
  const AcrossFlow across(sigma, p, fill);
  Plane result(y.width, y.height);
  parallel_rows(y.height, [&](int py) {
    for (int px = 0; px < y.width; ++px) result.at(px, py) = across.at(y, px, py, flow.tangent(px, py), edges.at(px, py));
  });
  return result;
}

// Specks are round: seen from a little further off no direction prevails there, and they draw less the less detail is asked for.
Plane edge_weights(const Image& picture, float sigma, float detail) {
  const FlowField around(structure_tensor(picture, 5 * sigma));
  Plane weights(picture.width, picture.height);
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x)
      weights.at(x, y) = mix(smoothstep(0.05f, 0.45f, around.anisotropy(x, y)), 1, 0.15f + 0.85f * detail * detail);
  });
  return weights;
}

// T(u) = 1 for u >= epsilon, else 1 + tanh(phi (u - epsilon)).
void threshold(Plane& plane, float epsilon, float phi) {
  for (float& u : plane.values) u = u >= epsilon ? 1.0f : std::max(0.0f, 1 + std::tanh(phi * (u - epsilon)));
}

}  // namespace

Plane ink_lines(const Image& picture, const LineartOptions& options) {
  const float unit = std::max(0.5f, std::max(picture.width, picture.height) / 1000.0f);
  const float sigma = static_cast<float>(options.line) * unit * 0.8f;
  // Specks and texture draw circles; what is smaller than a line is taken away first.
  const Image simple = kuwahara(picture, std::max(1.0f, 4.5f * unit * (1 - 0.6f * static_cast<float>(options.detail))));
  const FlowField flow(structure_tensor(simple, 2.2f * sigma));
  const float detail = static_cast<float>(options.detail), p = 14 + 50 * detail, fill = static_cast<float>(options.fill);
  Plane drawing = smooth_along(difference_across(luma(simple), flow, edge_weights(simple, sigma, detail), sigma, p, fill), flow,
                               static_cast<float>(options.coherence) * sigma);
  threshold(drawing, mix(0.5f, 0.42f, fill), 14);
  return smooth_along(drawing, flow, std::max(0.7f, 0.6f * sigma));
}

Image lineart(const Image& picture, const LineartOptions& options) {
  const Plane ink = ink_lines(picture, options);
  const float colour = static_cast<float>(options.color);
  const Image flat = colour > 0 ? kuwahara(picture, std::max(2.0f, picture.width / 170.0f)) : picture;
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const Rgb paper = mix(Rgb{1, 1, 1}, rgb_at(flat, x, y), colour);
      set_rgb(result, x, y, mix(Rgb{0.06f, 0.055f, 0.06f}, paper, ink.at(x, y)));
    }
  });
  return result;
}

}  // namespace inkstone::post
