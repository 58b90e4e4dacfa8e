#include "image/colour.hpp"

namespace inkstone {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

Colour times(const Matrix& m, const Colour& c) {
  Colour out;
  for (int row = 0; row < 3; ++row) out[row] = static_cast<float>(m[row][0] * c[0] + m[row][1] * c[1] + m[row][2] * c[2]);
  return out;
}

constexpr Matrix inverse(const Matrix& m) {
  const auto minor = [&](int r, int c) {
    const int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
  };
  const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  Matrix out{};
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) out[c][r] = minor(r, c) / determinant;
  return out;
}

constexpr Matrix kRgbToXyz = {
    {{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}};
constexpr Matrix kXyzToRgb = inverse(kRgbToXyz);
constexpr Matrix kRgbToYiq = {{{0.299, 0.587, 0.114}, {0.595716, -0.274453, -0.321263}, {0.211456, -0.522591, 0.311135}}};
constexpr Matrix kYiqToRgb = inverse(kRgbToYiq);
constexpr Matrix kRgbToYuv = {{{0.299, 0.587, 0.114}, {-0.14713, -0.28886, 0.436}, {0.615, -0.51499, -0.10001}}};
constexpr Matrix kYuvToRgb = inverse(kRgbToYuv);

// The white of the matrix itself, so that white has a = b = 0 exactly.
constexpr double kWhite[3] = {0.4124564 + 0.3575761 + 0.1804375, 1.0, 0.0193339 + 0.1191920 + 0.9503041};

constexpr double kLabDelta = 6.0 / 29.0;

double lab_curve(double t) {
  return t > kLabDelta * kLabDelta * kLabDelta ? std::cbrt(t) : t / (3 * kLabDelta * kLabDelta) + 4.0 / 29.0;
}

double lab_curve_inverse(double t) {
  return t > kLabDelta ? t * t * t : 3 * kLabDelta * kLabDelta * (t - 4.0 / 29.0);
}

}  // namespace

float srgb_to_linear(float encoded) {
  const double v = std::abs(static_cast<double>(encoded));
  const double linear = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  return static_cast<float>(std::copysign(linear, encoded));
}

float linear_to_srgb(float linear) {
  const double v = std::abs(static_cast<double>(linear));
  const double encoded = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  return static_cast<float>(std::copysign(encoded, linear));
}

Colour srgb_to_linear(const Colour& c) {
  return {srgb_to_linear(c[0]), srgb_to_linear(c[1]), srgb_to_linear(c[2])};
}
Colour linear_to_srgb(const Colour& c) {
  return {linear_to_srgb(c[0]), linear_to_srgb(c[1]), linear_to_srgb(c[2])};
}

Colour rgb_to_lab(const Colour& encoded) {
  const Colour xyz = times(kRgbToXyz, srgb_to_linear(encoded));
  double f[3];
  for (int i = 0; i < 3; ++i) f[i] = lab_curve(xyz[i] / kWhite[i]);
  return {static_cast<float>(116 * f[1] - 16), static_cast<float>(500 * (f[0] - f[1])), static_cast<float>(200 * (f[1] - f[2]))};
}

Colour lab_to_rgb(const Colour& lab) {
  const double y = (lab[0] + 16.0) / 116.0;
  const double f[3] = {y + lab[1] / 500.0, y, y - lab[2] / 200.0};
  Colour xyz;
  for (int i = 0; i < 3; ++i) xyz[i] = static_cast<float>(lab_curve_inverse(f[i]) * kWhite[i]);
  return linear_to_srgb(times(kXyzToRgb, xyz));
}

Colour rgb_to_yiq(const Colour& c) {
  return times(kRgbToYiq, c);
}
Colour yiq_to_rgb(const Colour& c) {
  return times(kYiqToRgb, c);
}
Colour rgb_to_yuv(const Colour& c) {
  return times(kRgbToYuv, c);
}
Colour yuv_to_rgb(const Colour& c) {
  return times(kYuvToRgb, c);
}

Colour rgb_to_hsv(const Colour& c) {
  const auto [r, g, b] = c;
  const float value = std::max({r, g, b}), chroma = value - std::min({r, g, b});
  if (chroma <= 0) return {0, 0, value};
  float sixth = value == r ? (g - b) / chroma : value == g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  if (sixth < 0) sixth += 6;
  return {sixth / 6, value > 0 ? chroma / value : 0, value};
}

Colour hsv_to_rgb(const Colour& c) {
  const auto channel = [&](float n) {
    const float k = std::fmod(n + (c[0] - std::floor(c[0])) * 6, 6.0f);
    return c[2] - c[2] * c[1] * std::clamp(std::min(k, 4 - k), 0.0f, 1.0f);
  };
  return {channel(5), channel(3), channel(1)};
}

FastCurve::FastCurve() {
  for (int i = 0; i <= kSteps + 1; ++i) {
    const float position = static_cast<float>(i) / kSteps;
    linear_.push_back(srgb_to_linear(position));
    encoded_.push_back(linear_to_srgb(position * position));
  }
}

const FastCurve& fast_curve() {
  static const FastCurve curve;
  return curve;
}

}  // namespace inkstone
