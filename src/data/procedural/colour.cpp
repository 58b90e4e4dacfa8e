#include "data/procedural/colour.hpp"

#include <algorithm>
#include <cmath>

namespace inkstone::procedural {

Lab to_oklab(Rgb c) {
  const float l = std::cbrt(0.4122214708F * c.r + 0.5363325363F * c.g + 0.0514459929F * c.b);
  const float m = std::cbrt(0.2119034982F * c.r + 0.6806995451F * c.g + 0.1073969566F * c.b);
  const float s = std::cbrt(0.0883024619F * c.r + 0.2817188376F * c.g + 0.6299787005F * c.b);
  return {0.2104542553F * l + 0.7936177850F * m - 0.0040720468F * s, 1.9779984951F * l - 2.4285922050F * m + 0.4505937099F * s,
          0.0259040371F * l + 0.7827717662F * m - 0.8086757660F * s};
}

Rgb from_oklab(Lab c) {
  const float l = c.l + 0.3963377774F * c.a + 0.2158037573F * c.b;
  const float m = c.l - 0.1055613458F * c.a - 0.0638541728F * c.b;
  const float s = c.l - 0.0894841775F * c.a - 1.2914855480F * c.b;
  const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
  return {std::max(0.0F, 4.0767416621F * l3 - 3.3077115913F * m3 + 0.2309699292F * s3),
          std::max(0.0F, -1.2684380046F * l3 + 2.6097574011F * m3 - 0.3413193965F * s3),
          std::max(0.0F, -0.0041960863F * l3 - 0.7034186147F * m3 + 1.7076147010F * s3)};
}

Rgb blend(Rgb a, Rgb b, double t) {
  const Lab p = to_oklab(a), q = to_oklab(b);
  const float f = static_cast<float>(t);
  return from_oklab({p.l + f * (q.l - p.l), p.a + f * (q.a - p.a), p.b + f * (q.b - p.b)});
}

Rgb adjusted(Rgb colour, double lightness, double chroma) {
  Lab lab = to_oklab(colour);
  lab.l = std::clamp(lab.l + static_cast<float>(lightness), 0.0F, 1.0F);
  lab.a *= static_cast<float>(chroma);
  lab.b *= static_cast<float>(chroma);
  return from_oklab(lab);
}

Rgb from_hex(std::uint32_t hex) {
  const auto channel = [&](int shift) { return srgb_to_linear(static_cast<float>((hex >> shift) & 255U) / 255.0F); };
  return {channel(16), channel(8), channel(0)};
}

float srgb_to_linear(float v) {
  return v <= 0.04045F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
}

float linear_to_srgb(float v) {
  return v <= 0.0031308F ? 12.92F * v : 1.055F * std::pow(v, 1.0F / 2.4F) - 0.055F;
}

}  // namespace inkstone::procedural
