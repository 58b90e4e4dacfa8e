#include "post/pencil.hpp"

#include <cmath>
#include <numbers>

#include "post/box_filter.hpp"
#include "post/flow.hpp"
#include "post/kuwahara.hpp"
#include "post/noise.hpp"

namespace inkstone::post {
namespace {

constexpr int kDirections = 8;
constexpr float kPi = std::numbers::pi_v<float>;

Plane gradient_magnitude(const Plane& y) {
  Plane result(y.width, y.height);
  parallel_rows(y.height, [&](int j) {
    for (int i = 0; i < y.width; ++i) {
      const float dx = y.clamped(i + 1, j) - y.clamped(i - 1, j), dy = y.clamped(i, j + 1) - y.clamped(i, j - 1);
      result.at(i, j) = std::sqrt(dx * dx + dy * dy) / 2;
    }
  });
  return result;
}

// Mean over a line segment of the given half length and angle.
Plane line_mean(const Plane& plane, float angle, int half) {
  Plane result(plane.width, plane.height);
  const float dx = std::cos(angle), dy = std::sin(angle);
  parallel_rows(plane.height, [&](int y) {
    for (int x = 0; x < plane.width; ++x) {
      float sum = 0;
      for (int i = -half; i <= half; ++i) sum += sample(plane, x + i * dx, y + i * dy);
      result.at(x, y) = sum / (2 * half + 1);
    }
  });
  return result;
}

// C_i(p) = G(p) where direction i has the largest response, else 0.
std::vector<Plane> classify(const Plane& gradient, int half) {
  Plane best(gradient.width, gradient.height, -1), winner(gradient.width, gradient.height);
  for (int i = 0; i < kDirections; ++i) {
    const Plane response = line_mean(gradient, kPi * i / kDirections, half);
    for (std::size_t k = 0; k < best.values.size(); ++k)
      if (response.values[k] > best.values[k]) best.values[k] = response.values[k], winner.values[k] = static_cast<float>(i);
  }
  std::vector<Plane> classes(kDirections, Plane(gradient.width, gradient.height));
  for (std::size_t k = 0; k < best.values.size(); ++k) classes[static_cast<int>(winner.values[k])].values[k] = gradient.values[k];
  return classes;
}

// Section 3.1: S' = sum_i L_i * C_i, inverted to 1 on paper. Each stroke's weight wavers as the hand's pressure does.
Plane contours(const Image& picture, float strength, std::uint64_t seed) {
  const Plane y = luma(picture);
  const int half = std::max(2, std::min(y.width, y.height) / 95);
  const FlowField flow(structure_tensor(picture, half / 2.5f));
  Plane gradient = gradient_magnitude(y);
  // A speck has edges on all sides and would become a star; strokes are for what has a direction.
  parallel_rows(y.height, [&](int j) {
    for (int i = 0; i < y.width; ++i) gradient.at(i, j) *= smoothstep(0.25f, 0.75f, flow.anisotropy(i, j));
  });
  const auto classes = classify(gradient, half);
  Plane sum(y.width, y.height);
  for (int i = 0; i < kDirections; ++i) {
    const Plane strokes = line_mean(classes[i], kPi * i / kDirections, half);
    for (std::size_t k = 0; k < sum.values.size(); ++k) sum.values[k] += strokes.values[k];
  }
  parallel_rows(y.height, [&](int j) {
    for (int i = 0; i < y.width; ++i) {
      const float pressure = 0.75f + 0.5f * fractal_noise(seed, i * 0.02f, j * 0.02f, 2);
      const float dark = std::max(0.0f, sum.at(i, j) - 0.006f) * 15 * strength * pressure;
      sum.at(i, j) = 1 - 0.9f * dark / (0.35f + dark);
    }
  });
  return sum;
}

// Section 3.2: density of tones in pencil drawings, bright Laplacian + flat middle + dark Gaussian; v in 0..255.
float tone_density(float v) {
  const float bright = v <= 255 ? std::exp(-(255 - v) / 9) / 9 : 0;
  const float middle = v >= 105 && v <= 225 ? 1.0f / (225 - 105) : 0;
  const float dark = std::exp(-(v - 90) * (v - 90) / (2 * 11 * 11)) / std::sqrt(2 * kPi * 11 * 11);
  return 0.42f * bright + 0.29f * middle * 1.9f + 0.29f * dark * 0.8f;
}

std::vector<float> cumulative_tones() {
  std::vector<float> cdf(256);
  float sum = 0;
  for (int v = 0; v < 256; ++v) cdf[v] = sum += tone_density(static_cast<float>(v));
  for (float& c : cdf) c /= sum;
  return cdf;
}

// Half the histogram of the drawing, half the photograph's own: the target alone turns a night scene into day.
Plane drawn_tones(const Plane& y) {
  constexpr int kBins = 1024;
  std::vector<float> cdf(kBins);
  for (float v : y.values) ++cdf[std::clamp(static_cast<int>(v * (kBins - 1) + 0.5f), 0, kBins - 1)];
  float below = 0;
  for (float& c : cdf) c = (below += c) / y.values.size();
  const auto target = cumulative_tones();
  std::vector<float> curve(kBins);
  for (int b = 0; b < kBins; ++b) {
    const auto at = std::lower_bound(target.begin(), target.end(), cdf[b] - 1e-6f) - target.begin();
    curve[b] = 0.6f * std::min<int>(at, 255) / 255.0f + 0.4f * std::pow(b / (kBins - 1.0f), 0.8f);
  }
  Plane result = y;
  for (float& v : result.values) v = curve[std::clamp(static_cast<int>(v * (kBins - 1) + 0.5f), 0, kBins - 1)];
  return result;
}

// Graphite on paper as a field in (0,1], mean about 0.6: long strokes at the angle, broken by the tooth of the paper.
Plane hatching(int width, int height, float angle, float distinct, const Plane& tooth, std::uint64_t seed) {
  Plane noise(width, height);
  const float unit = std::max(0.6f, std::min(width, height) / 800.0f);
  const float c = std::cos(angle), s = std::sin(angle), across = 1 / (2.7f * unit), along = 1 / (70 * unit);
  parallel_rows(height, [&](int y) {
    for (int x = 0; x < width; ++x) {
      const float bow = 14 * unit * (smooth_noise(seed + 3, x / (260 * unit), y / (260 * unit)) - 0.5f);
      const float u = (c * x + s * y) * along, v = (-s * x + c * y + bow) * across;
      // Neighbouring strokes begin and end at different places.
      const float shift = 40 * uniform(seed + 5, static_cast<int>(std::floor(v)), 0);
      const float stroke = 0.65f * smooth_noise(seed, u + shift, v) + 0.35f * smooth_noise(seed + 1, 2.3f * u, 2.1f * v);
      const float grain = tooth.at(x, y);
      const float lead = mix(0.5f, smoothstep(0.15f, 0.85f, stroke), distinct);
      noise.at(x, y) = std::clamp(0.36f + 0.42f * lead + 0.30f * (grain - 0.5f), 0.10f, 0.93f);
    }
  });
  return noise;
}

// Section 3.3: texture H^beta with H^beta close to the tone J where beta is smooth. In the limit of a strong smoothness
// term, beta is the local least squares fit of beta log H = log J.
Plane render_tone(const Plane& texture, const Plane& tone, int radius) {
  Plane product = tone, square = tone;
  for (std::size_t k = 0; k < tone.values.size(); ++k) {
    const float h = std::log(texture.values[k]), j = std::log(std::clamp(tone.values[k], 0.02f, 0.999f));
    product.values[k] = h * j;
    square.values[k] = h * h;
  }
  product = box_mean(product, radius);
  square = box_mean(square, radius);
  for (std::size_t k = 0; k < tone.values.size(); ++k)
    product.values[k] = std::pow(texture.values[k], product.values[k] / square.values[k]);
  return product;
}

// Light and middle tones by one hatching, what is darker by a second one across it.
Plane shading(const Plane& tones, float depth, float hatch, std::uint64_t seed) {
  const int w = tones.width, h = tones.height, radius = 2;
  const Plane tooth = paper_relief(w, h, 1.6f * std::max(0.7f, std::min(w, h) / 800.0f), seed + 20);
  Plane first = tones, second = tones;
  for (std::size_t k = 0; k < tones.values.size(); ++k) {
    const float tone = mix(1.0f, tones.values[k], depth);
    const float cross = 1 - smoothstep(0.15f, 0.72f, tone);
    first.values[k] = std::pow(tone, 1 - 0.45f * cross);
    second.values[k] = std::pow(tone, 0.45f * cross);
  }
  const Plane along = render_tone(hatching(w, h, -0.95f, hatch, tooth, seed + 30), first, radius);
  Plane across = render_tone(hatching(w, h, -0.35f, hatch, tooth, seed + 40), second, radius);
  for (std::size_t k = 0; k < across.values.size(); ++k) across.values[k] *= along.values[k];
  return across;
}

}  // namespace

Image pencil(const Image& picture, const PencilOptions& options, std::uint64_t seed) {
  const Plane y = luma(picture);
  const Image simple = kuwahara(picture, std::max(1.5f, std::min(picture.width, picture.height) / 256.0f));
  const Plane lines = contours(simple, static_cast<float>(options.line), seed);
  const Plane tones = drawn_tones(guided_filter(y, y, 3, 0.002f));
  const Plane shade = shading(tones, static_cast<float>(options.tone), static_cast<float>(options.hatch), seed);
  const float colour = static_cast<float>(options.color);
  Image result = picture;
  parallel_rows(picture.height, [&](int j) {
    for (int i = 0; i < picture.width; ++i) {
      const float value = lines.at(i, j) * shade.at(i, j);
      const Rgb in = rgb_at(picture, i, j);
      const float own = y.at(i, j), lead = 1 - value;
      // Paper is a warm white, graphite a cool grey; colour lies only where there is lead.
      Rgb out = mix(Rgb{0.985f, 0.975f, 0.955f}, Rgb{0.115f, 0.12f, 0.135f}, lead);
      for (int c = 0; c < 3; ++c) out[c] += colour * 1.25f * (in[c] - own) * std::min(1.0f, 0.35f + 1.4f * lead);
      set_rgb(result, i, j, out);
    }
  });
  return result;
}

}  // namespace inkstone::post
