// Conversions of one colour between spaces, in float. RGB here has sRGB primaries; "encoded" values carry the sRGB
// transfer curve (IEC 61966-2-1) as Image does, "linear" values are proportional to light. None of them clamps:
// what leaves [0,1] on the way comes back on the way back.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace inkstone {

using Colour = std::array<float, 3>;

// The transfer curve, odd about zero, so that overshoots survive a round trip.
float srgb_to_linear(float encoded);
float linear_to_srgb(float linear);
Colour srgb_to_linear(const Colour& encoded);
Colour linear_to_srgb(const Colour& linear);

// CIE L*a*b* under D65 from encoded RGB: L in [0,100], a and b about [-110,110].
Colour rgb_to_lab(const Colour& encoded);
Colour lab_to_rgb(const Colour& lab);

// NTSC YIQ of encoded values (FCC 1953), as style transfer's luminance mode uses: Y in [0,1], |I| <= 0.6, |Q| <= 0.53.
Colour rgb_to_yiq(const Colour& encoded);
Colour yiq_to_rgb(const Colour& yiq);

// ITU-R BT.601 Y'UV of encoded values: Y in [0,1], |U| <= 0.436, |V| <= 0.615.
Colour rgb_to_yuv(const Colour& encoded);
Colour yuv_to_rgb(const Colour& yuv);

// Smith 1978: hue in [0,1) with red at 0, saturation and value in [0,1] for RGB in [0,1].
Colour rgb_to_hsv(const Colour& encoded);
Colour hsv_to_rgb(const Colour& hsv);

// The curve for whole pictures, from tables with linear interpolation: error below 1e-6 in [0,1], to which values are
// clamped. A power per sample would cost more than the resampling around it.
class FastCurve {
 public:
  FastCurve();
  float to_linear(float encoded) const { return at(linear_, std::clamp(encoded, 0.0f, 1.0f)); }

  // The table is over the square root of light, in which the curve is smooth.
  float to_encoded(float linear) const {
    const float light = std::clamp(linear, 0.0f, 1.0f);
    return light <= 0.0031308f ? light * 12.92f : at(encoded_, std::sqrt(light));
  }

 private:
  static constexpr int kSteps = 8192;
  using Table = std::vector<float>;

  static float at(const Table& table, float position) {
    const float scaled = position * kSteps;
    const int step = static_cast<int>(scaled);
    return table[step] + (scaled - static_cast<float>(step)) * (table[step + 1] - table[step]);
  }

  Table linear_, encoded_;
};

// The one instance: its tables are made at the first call, from any thread.
const FastCurve& fast_curve();

}  // namespace inkstone
