#include "data/procedural/canvas.hpp"

#include <algorithm>
#include <cmath>

#include "data/procedural/random.hpp"

namespace inkstone::procedural {
namespace {

int affordable(int width, int height, int samples) {
  constexpr std::int64_t kMostSamples = 24'000'000;
  while (samples > 1 && std::int64_t(width) * height * samples * samples > kMostSamples) --samples;
  return samples;
}

float filmic(float v) {
  return std::clamp(v * (2.51F * v + 0.03F) / (v * (2.43F * v + 0.59F) + 0.14F), 0.0F, 1.0F);
}

Rgb toned(Rgb c, Tone tone) {
  if (tone == Tone::filmic) return {filmic(c.r), filmic(c.g), filmic(c.b)};
  return {std::clamp(c.r, 0.0F, 1.0F), std::clamp(c.g, 0.0F, 1.0F), std::clamp(c.b, 0.0F, 1.0F)};
}

// Triangular noise of one step either way keeps skies free of bands.
std::uint8_t quantized(float linear, std::uint32_t noise) {
  const float dither = (static_cast<float>(noise & 0xffffU) - static_cast<float>(noise >> 16)) * (0.5F / 65536.0F);
  return static_cast<std::uint8_t>(std::clamp(255.0F * linear_to_srgb(linear) + dither + 0.5F, 0.0F, 255.0F));
}

// Mean over a window of 2 * reach + 1, edges repeated; one line of `count` samples `stride` apart.
void box_line(const Rgb* from, Rgb* to, int count, std::ptrdiff_t stride, int reach) {
  const auto sample = [&](int i) { return from[std::clamp(i, 0, count - 1) * stride]; };
  Rgb sum;
  for (int i = -reach; i <= reach; ++i) sum += sample(i);
  const double scale = 1.0 / (2 * reach + 1);
  for (int i = 0; i < count; ++i) {
    to[i * stride] = scale * sum;
    sum += sample(i + reach + 1) - sample(i - reach);
  }
}

// Three box filters along each axis come close to a Gaussian.
void blur(std::vector<Rgb>& picture, int columns, int rows, int reach) {
  std::vector<Rgb> other(picture.size());
  for (int pass = 0; pass < 3; ++pass) {
    for_rows(rows, columns, [&](int y) {
      const auto start = static_cast<std::size_t>(y) * columns;
      box_line(&picture[start], &other[start], columns, 1, reach);
    });
    for_rows(columns, rows, [&](int x) { box_line(&other[x], &picture[x], rows, columns, reach); });
  }
}

}  // namespace

Canvas::Canvas(int width, int height, int samples)
    : width_(width),
      height_(height),
      scale_(affordable(width, height, samples)),
      columns_(width * scale_),
      rows_(height * scale_),
      samples_(static_cast<std::size_t>(columns_) * rows_) {}

Rgb Canvas::pixel_mean(int x, int y, Tone tone) const {
  Rgb sum;
  for (int j = 0; j < scale_; ++j)
    for (int i = 0; i < scale_; ++i) sum += toned(at(x * scale_ + i, y * scale_ + j), tone);
  return (1.0 / (scale_ * scale_)) * sum;
}

std::vector<std::uint8_t> Canvas::develop(Tone tone) const {
  const std::size_t plane = static_cast<std::size_t>(width_) * height_;
  std::vector<std::uint8_t> bytes(3 * plane);
  for_rows(height_, width_, [&](int y) {
    for (int x = 0; x < width_; ++x) {
      const Rgb mean = pixel_mean(x, y, tone);
      const std::size_t place = static_cast<std::size_t>(y) * width_ + x;
      bytes[place] = quantized(mean.r, lattice_hash(x, y, 1));
      bytes[plane + place] = quantized(mean.g, lattice_hash(x, y, 2));
      bytes[2 * plane + place] = quantized(mean.b, lattice_hash(x, y, 3));
    }
  });
  return bytes;
}

void bloom(Canvas& canvas, double threshold, double radius, double amount) {
  // blurred at half size: the glow has no detail that would show it
  const int columns = (canvas.columns() + 1) / 2, rows = (canvas.rows() + 1) / 2;
  std::vector<Rgb> light(static_cast<std::size_t>(columns) * rows);
  for (int y = 0; y < canvas.rows(); ++y)
    for (int x = 0; x < canvas.columns(); ++x) {
      const Rgb c = canvas.at(x, y);
      const double excess = luminance(c) - threshold;
      if (excess > 0) light[static_cast<std::size_t>(y / 2) * columns + x / 2] += std::min(0.25 * excess / luminance(c), 5.0) * c;
    }
  const int reach = std::max(1, static_cast<int>(std::lround(radius * rows * 0.6)));
  blur(light, columns, rows, reach);
  for_rows(canvas.rows(), canvas.columns(), [&](int y) {
    for (int x = 0; x < canvas.columns(); ++x)
      canvas.at(x, y) += amount * light[static_cast<std::size_t>(y / 2) * columns + x / 2];
  });
}

void vignette(Canvas& canvas, double amount) {
  const double aspect = canvas.aspect();
  canvas.reshade([&](double x, double y, Rgb colour) {
    const double dx = 2 * x / aspect - 1, dy = 2 * y - 1;
    return (1.0 - amount * smoothstep(0.35, 2.0, dx * dx + dy * dy)) * colour;
  });
}

}  // namespace inkstone::procedural
