// Colours of the procedural pictures: computed in linear light (sRGB primaries, IEC 61966-2-1), mixed in OKLab where
// the eye should see even steps (B. Ottosson, "A perceptual color space for image processing", 2020).
#pragma once

#include <cstdint>

namespace inkstone::procedural {

// Linear light; 1 is the white of the screen, more is allowed until a picture is developed.
struct Rgb {
  float r = 0, g = 0, b = 0;
};
inline Rgb operator+(Rgb a, Rgb b) {
  return {a.r + b.r, a.g + b.g, a.b + b.b};
}
inline Rgb operator-(Rgb a, Rgb b) {
  return {a.r - b.r, a.g - b.g, a.b - b.b};
}
inline Rgb operator*(Rgb a, Rgb b) {
  return {a.r * b.r, a.g * b.g, a.b * b.b};
}
inline Rgb operator*(double s, Rgb a) {
  const float f = static_cast<float>(s);
  return {f * a.r, f * a.g, f * a.b};
}
inline Rgb& operator+=(Rgb& a, Rgb b) {
  return a = a + b;
}
inline Rgb mix(Rgb a, Rgb b, double t) {
  return a + t * (b - a);
}
inline float luminance(Rgb c) {
  return 0.2126F * c.r + 0.7152F * c.g + 0.0722F * c.b;
}

// l in [0,1], a and b about [-0.4,0.4].
struct Lab {
  float l = 0, a = 0, b = 0;
};
Lab to_oklab(Rgb colour);
Rgb from_oklab(Lab colour);  // out-of-gamut channels below 0 are clipped to 0

// Even to the eye.
Rgb blend(Rgb a, Rgb b, double t);
// Adds to the lightness of OKLab and scales its chroma.
Rgb adjusted(Rgb colour, double lightness, double chroma = 1.0);

// 0xrrggbb as in CSS.
Rgb from_hex(std::uint32_t hex);
float srgb_to_linear(float encoded);
float linear_to_srgb(float linear);

}  // namespace inkstone::procedural
