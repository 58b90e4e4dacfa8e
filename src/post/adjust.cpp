#include "post/adjust.hpp"

#include <cmath>

#include "image/colour.hpp"

namespace inkstone::post {
namespace {

constexpr float kDarkestLight = 1e-4f;

Rgb with_light(const Rgb& encoded, const Rgb& gain) {
  const FastCurve& curve = fast_curve();
  Rgb result;
  for (int c = 0; c < 3; ++c) result[c] = curve.to_encoded(curve.to_linear(encoded[c]) * gain[c]);
  return result;
}

Image scale_light(const Image& picture, const Rgb& gain) {
  return map_pixels(picture, [&](const Rgb& in) { return with_light(in, gain); });
}

// Chromaticity of a black body, 1667 to 25000 K (Kim et al. 2002).
std::array<double, 2> planckian_xy(double kelvin) {
  const double t = 1000 / kelvin;
  const double x = kelvin <= 4000 ? ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
                                  : ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390;
  const double y = kelvin <= 2222   ? ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
                   : kelvin <= 4000 ? ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
                                    : ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483;
  return {x, y};
}

Rgb white_of(double kelvin) {
  const auto [x, y] = planckian_xy(kelvin);
  const double X = x / y, Z = (1 - x - y) / y;
  return {static_cast<float>(3.2404542 * X - 1.5371385 - 0.4985314 * Z),
          static_cast<float>(-0.9692660 * X + 1.8760108 + 0.0415560 * Z),
          static_cast<float>(0.0556434 * X - 0.2040259 + 1.0572252 * Z)};
}

Rgb keep_luminance(Rgb gain) {
  const float y = luma_of(gain);
  return {gain[0] / y, gain[1] / y, gain[2] / y};
}

Rgb minkowski_mean(const Image& picture, double norm) {
  const FastCurve& curve = fast_curve();
  std::array<double, 3> sum = {};
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const Rgb encoded = rgb_at(picture, x, y);
      for (int c = 0; c < 3; ++c) sum[c] += std::pow(curve.to_linear(encoded[c]), static_cast<float>(norm));
    }
  Rgb mean;
  const double count = double(picture.width) * picture.height;
  for (int c = 0; c < 3; ++c) mean[c] = static_cast<float>(std::pow(sum[c] / count, 1 / norm));
  return mean;
}

}  // namespace

Image exposure(const Image& picture, const ExposureOptions& options) {
  if (options.stops == 0) return picture;
  const float gain = static_cast<float>(std::exp2(options.stops));
  return scale_light(picture, {gain, gain, gain});
}

Image contrast(const Image& picture, const ContrastOptions& options) {
  const float amount = static_cast<float>(options.amount);
  const auto curve = [&](float v) { return amount >= 0 ? mix(v, v * v * (3 - 2 * v), amount) : mix(v, 0.5f, -amount); };
  return map_pixels(picture, [&](const Rgb& in) { return Rgb{curve(in[0]), curve(in[1]), curve(in[2])}; });
}

Image saturation(const Image& picture, const SaturationOptions& options) {
  const float amount = static_cast<float>(options.amount);
  return map_pixels(picture, [&](const Rgb& in) {
    const float y = luma_of(in);
    return Rgb{in[0] + amount * (in[0] - y), in[1] + amount * (in[1] - y), in[2] + amount * (in[2] - y)};
  });
}

Image gamma_curve(const Image& picture, const GammaOptions& options) {
  if (options.gamma == 1) return picture;
  const float power = static_cast<float>(1 / options.gamma);
  return map_pixels(picture, [&](const Rgb& in) {
    return Rgb{std::pow(in[0], power), std::pow(in[1], power), std::pow(in[2], power)};
  });
}

Image white_balance(const Image& picture, const WhiteBalanceOptions& options) {
  if (options.strength == 0) return picture;
  const Rgb light = minkowski_mean(picture, options.norm);
  const float grey = luma_of(light);
  Rgb gain;
  for (int c = 0; c < 3; ++c)
    gain[c] = std::pow(std::max(grey, kDarkestLight) / std::max(light[c], kDarkestLight), static_cast<float>(options.strength));
  return scale_light(picture, gain);
}

Image temperature(const Image& picture, const TemperatureOptions& options) {
  if (options.warmth == 0 && options.tint == 0) return picture;
  constexpr double kDaylight = 6504;
  const Rgb from = white_of(kDaylight), to = white_of(1e6 / (1e6 / kDaylight + 100 * options.warmth));
  const float magenta = static_cast<float>(std::exp2(-0.4 * options.tint));
  return scale_light(picture, keep_luminance({to[0] / from[0], to[1] / from[1] * magenta, to[2] / from[2]}));
}

Image vignette(const Image& picture, const VignetteOptions& options) {
  if (options.amount == 0) return picture;
  Image result = picture;
  const float cx = (picture.width - 1) / 2.0f, cy = (picture.height - 1) / 2.0f, corner = std::max(std::hypot(cx, cy), 0.5f);
  const float begin = static_cast<float>(options.radius), end = begin + static_cast<float>(options.softness);
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x) {
      const float r = std::hypot(x - cx, y - cy) / corner;
      const float gain = 1 - static_cast<float>(options.amount) * smoothstep(begin, end, r);
      set_rgb(result, x, y, with_light(rgb_at(picture, x, y), {gain, gain, gain}));
    }
  });
  return result;
}

}  // namespace inkstone::post
