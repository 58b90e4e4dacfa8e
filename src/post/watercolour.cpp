#include "post/watercolour.hpp"

#include <cmath>

#include "post/kuwahara.hpp"
#include "post/lineart.hpp"
#include "post/noise.hpp"

namespace inkstone::post {
namespace {

float unit_of(const Image& picture) {
  return std::max(0.3f, std::min(picture.width, picture.height) / 768.0f);
}

// Washes are transparent over white: the picture lifted and cleared of grey, its tones gathered on a few levels
// (soft quantisation of Winnemoeller et al., SIGGRAPH 2006).
Image washes(const Image& picture, float wash) {
  const float levels = 11 - 6 * wash, sharp = 1.5f + 2.5f * wash;
  return map_pixels(picture, [&](const Rgb& in) {
    const float y = luma_of(in);
    const float lifted = 1 - std::pow(1 - std::pow(y, 0.72f), 1.25f);
    const float nearest = std::round(lifted * levels) / levels;
    const float stepped = nearest + std::tanh(sharp * (lifted - nearest) * levels) / (2 * levels * std::tanh(sharp / 2));
    const float light = 0.07f + 0.93f * mix(lifted, stepped, 0.35f + 0.5f * wash);
    const float chroma = 1.35f * std::min(1.3f, light / std::max(y, 0.08f));
    return Rgb{light + chroma * (in[0] - y), light + chroma * (in[1] - y), light + chroma * (in[2] - y)};
  });
}

// The hand is not exact and the paper pulls: every pixel is fetched from a little beside itself.
Image wobbled(const Image& picture, float amplitude, float unit, std::uint64_t seed) {
  Image result = picture;
  const float broad = 1 / (34 * unit), fine = 1 / (7 * unit);
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const float dx =
          fractal_noise(seed, x * broad, y * broad, 2) - 0.5f + 0.35f * (smooth_noise(seed + 5, x * fine, y * fine) - 0.5f);
      const float dy =
          fractal_noise(seed + 9, x * broad, y * broad, 2) - 0.5f + 0.35f * (smooth_noise(seed + 15, x * fine, y * fine) - 0.5f);
      set_rgb(result, x, y, sample(picture, x + amplitude * dx, y + amplitude * dy));
    }
  });
  return result;
}

// Water carries pigment to the rim of a wash: positive just inside the darker side of a boundary.
Plane drying_edges(const Image& wash, float unit) {
  const Plane y = gaussian_blur(luma(wash), 0.5f * unit);
  const Plane narrow = gaussian_blur(y, 2.2f * unit);
  Plane rim = y;
  for (std::size_t i = 0; i < rim.values.size(); ++i) {
    const float inside = narrow.values[i] - y.values[i];
    rim.values[i] = inside > 0 ? std::min(1.0f, 9 * inside) : 0.25f * std::max(-1.0f, 9 * inside);
  }
  return rim;
}

// Pigment of a wash at a place: 1 is the wash as mixed.
class Density {
 public:
  Density(const Image& wash, const WatercolourOptions& options, std::uint64_t seed)
      : unit_(unit_of(wash)),
        seed_(seed),
        edge_(static_cast<float>(options.edge)),
        turbulence_(static_cast<float>(options.turbulence)),
        grain_(static_cast<float>(options.paper)),
        rim_(drying_edges(wash, unit_)),
        relief_(paper_relief(wash.width, wash.height, 2.6f * unit_, seed + 70)) {}

  float at(int x, int y) const {
    const float flow = ridged(x / (170 * unit_), y / (170 * unit_));
    const float dispersion = fractal_noise(seed_ + 40, x / (16 * unit_), y / (16 * unit_), 3) - 0.5f;
    const float granulation = 0.5f - relief_.at(x, y);  // pigment settles in the hollows
    return 1 + turbulence_ * (2.2f * flow + 0.35f * dispersion) + 2.4f * edge_ * rim_.at(x, y) + 1.1f * grain_ * granulation;
  }
  float relief(int x, int y) const { return relief_.at(x, y); }

 private:
  // Turbulent flow: noise whose domain is bent by noise, as backruns bend.
  float ridged(float x, float y) const {
    const float bend = 2 * fractal_noise(seed_ + 30, x * 0.8f, y * 0.8f, 2);
    return fractal_noise(seed_ + 31, x + bend, y + bend, 4) - 0.5f;
  }

  float unit_;
  std::uint64_t seed_;
  float edge_, turbulence_, grain_;
  Plane rim_, relief_;
};

// 1 where the brush went, 0 on the strip of bare paper at the border, ragged in between.
float painted_area(int x, int y, int width, int height, float strip, float unit, std::uint64_t seed) {
  if (strip <= 0) return 1;
  const float edge = static_cast<float>(std::min(std::min(x, width - 1 - x), std::min(y, height - 1 - y)));
  const float ragged = fractal_noise(seed, x / (110 * unit), y / (110 * unit), 5) - 0.5f;
  const float distance = edge - strip * (0.75f + 1.5f * ragged);
  return smoothstep(-1.2f * unit, 1.8f * unit, distance);
}

Rgb pigment(const Rgb& c, float density) {
  Rgb out;
  for (int k = 0; k < 3; ++k) out[k] = std::clamp(c[k] - (c[k] - c[k] * c[k]) * (density - 1), 0.0f, 1.0f);
  return out;
}

}  // namespace

Image watercolour(const Image& picture, const WatercolourOptions& options, std::uint64_t seed) {
  const float unit = unit_of(picture), wash = static_cast<float>(options.wash), grain = static_cast<float>(options.paper);
  const Image simple = kuwahara(picture, std::max(1.5f, unit * (3 + 7 * wash)));
  const Image layer = wobbled(washes(simple, wash), 7 * unit, unit, seed);
  const Density density(layer, options, seed);
  const float strip = grain * 34 * unit, ink = static_cast<float>(options.ink);
  const Plane lines =
      ink > 0 ? ink_lines(picture, {.line = 1.1, .detail = 0.5, .fill = 0}) : Plane(picture.width, picture.height, 1);
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const float area = painted_area(x, y, picture.width, picture.height, strip, unit, seed + 90);
      const float rim = 4 * area * (1 - area) * static_cast<float>(options.edge);
      const Rgb paint = mix(Rgb{1, 1, 1}, pigment(rgb_at(layer, x, y), density.at(x, y) + rim), area);
      // Light from the left over the paper's bumps.
      const float slope = density.relief(std::min(x + 1, picture.width - 1), y) - density.relief(std::max(x - 1, 0), y);
      const float light = (1 - 0.10f * grain * slope) * mix(1.0f, 0.25f + 0.75f * lines.at(x, y), ink * area);
      set_rgb(result, x, y, {0.992f * light * paint[0], 0.985f * light * paint[1], 0.968f * light * paint[2]});
    }
  });
  return result;
}

}  // namespace inkstone::post
