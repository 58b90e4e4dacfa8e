#include "post/colour_space.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::post {
namespace {

constexpr Rgb kWhite = {0.95047f, 1.0f, 1.08883f};
constexpr float kDelta = 6.0f / 29.0f;

float lab_curve(float t) {
  return t > kDelta * kDelta * kDelta ? std::cbrt(t) : t / (3 * kDelta * kDelta) + 4.0f / 29.0f;
}
float lab_inverse(float t) {
  return t > kDelta ? t * t * t : 3 * kDelta * kDelta * (t - 4.0f / 29.0f);
}

Rgb hex_colour(const std::string& text) {
  const bool small = text.size() == 4;
  Rgb colour;
  for (int c = 0; c < 3; ++c) {
    const std::string digits = small ? std::string(2, text[1 + c]) : text.substr(1 + 2 * c, 2);
    colour[c] = static_cast<float>(std::stoi(digits, nullptr, 16)) / 255;
  }
  return colour;
}

bool is_hex(const std::string& text) {
  return (text.size() == 4 || text.size() == 7) && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

}  // namespace

float to_linear(float v) {
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}
float to_encoded(float v) {
  return v <= 0.0031308f ? v * 12.92f : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
}
Rgb to_linear(const Rgb& c) {
  return {to_linear(c[0]), to_linear(c[1]), to_linear(c[2])};
}
Rgb to_encoded(const Rgb& c) {
  return {to_encoded(c[0]), to_encoded(c[1]), to_encoded(c[2])};
}

Rgb to_lab(const Rgb& encoded) {
  const auto [r, g, b] = to_linear(encoded);
  const float x = lab_curve((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / kWhite[0]);
  const float y = lab_curve((0.2126729f * r + 0.7151522f * g + 0.0721750f * b) / kWhite[1]);
  const float z = lab_curve((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / kWhite[2]);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

Rgb from_lab(const Rgb& lab) {
  const float fy = (lab[0] + 16) / 116;
  const float x = kWhite[0] * lab_inverse(fy + lab[1] / 500);
  const float y = kWhite[1] * lab_inverse(fy);
  const float z = kWhite[2] * lab_inverse(fy - lab[2] / 200);
  return to_encoded(Rgb{3.2404542f * x - 1.5371385f * y - 0.4985314f * z, -0.9692660f * x + 1.8760108f * y + 0.0415560f * z,
                        0.0556434f * x - 0.2040259f * y + 1.0572252f * z});
}

Rgb parse_colour(const std::string& text) {
  static const std::map<std::string, Rgb> named = {{"white", {1, 1, 1}},
                                                   {"black", {0, 0, 0}},
                                                   {"cream", {0.957f, 0.937f, 0.894f}},
                                                   {"grey", {0.5f, 0.5f, 0.5f}},
                                                   {"gold", {0.72f, 0.58f, 0.30f}}};
  if (const auto found = named.find(text); found != named.end()) return found->second;
  if (is_hex(text)) return hex_colour(text);
  throw Error(ErrorCategory::bad_argument,
              fmt::format("'{}' is not a colour: write #rrggbb or white, black, cream, grey, gold", text));
}

}  // namespace inkstone::post
