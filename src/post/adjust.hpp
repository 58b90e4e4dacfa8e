// Tone and colour, pixel by pixel. Each leaves the picture as it is at its neutral value.
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// out = encode(2^stops * linear(in)).
struct ExposureOptions {
  double stops = 0.5;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.stops,
          Option{.name = "stops", .help = "doublings of the light; negative darkens, 0 changes nothing", .min = -8, .max = 8});
  }
};
Image exposure(const Image& picture, const ExposureOptions& options);

// amount > 0 mixes towards the curve 3x^2 - 2x^3, amount < 0 towards middle grey: nothing clips.
struct ContrastOptions {
  double amount = 0.3;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "-1 flat grey, 0 changes nothing, 1 strong", .min = -1, .max = 1});
  }
};
Image contrast(const Image& picture, const ContrastOptions& options);

// out = luma + (1 + amount) (in - luma).
struct SaturationOptions {
  double amount = 0.2;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount,
          Option{.name = "amount", .help = "-1 greyscale, 0 changes nothing, 1 twice as colourful", .min = -1, .max = 4});
  }
};
Image saturation(const Image& picture, const SaturationOptions& options);

// out = in^(1/gamma).
struct GammaOptions {
  double gamma = 1.0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.gamma,
          Option{.name = "gamma", .help = "above 1 lifts the middle tones, 1 changes nothing", .min = 0.1, .max = 10});
  }
};
Image gamma_curve(const Image& picture, const GammaOptions& options);

// Minkowski mean of each channel in linear light, e_c = (mean(in_c^p))^(1/p), scaled to grey: p = 1 is grey-world
// (Buchsbaum 1980), p = 6 Shades of Grey (Finlayson and Trezzi, CIC 2004), p -> infinity the white patch.
struct WhiteBalanceOptions {
  double strength = 1;
  double norm = 6;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.strength, Option{.name = "strength", .help = "0 changes nothing, 1 removes the whole cast", .min = 0, .max = 1});
    visit(self.norm, Option{.name = "norm",
                            .help = "Minkowski norm: 1 grey-world, 6 Shades of Grey, 20 nearly white patch",
                            .min = 1,
                            .max = 50});
  }
};
Image white_balance(const Image& picture, const WhiteBalanceOptions& options);

// Gains in linear light that turn the white of D65 into that of a black body at a temperature `warmth` * 100 mired away
// (chromaticity by Kim et al., US patent 7024034, as cubic polynomials); tint moves green against magenta. Luminance of grey
// stays.
struct TemperatureOptions {
  double warmth = 0.3;
  double tint = 0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.warmth, Option{.name = "warmth", .help = "-1 cold, 0 changes nothing, 1 warm", .min = -1, .max = 1});
    visit(self.tint, Option{.name = "tint", .help = "-1 green, 0 neutral, 1 magenta", .min = -1, .max = 1});
  }
};
Image temperature(const Image& picture, const TemperatureOptions& options);

// Darkens towards the corners in linear light: gain 1 - amount * smoothstep(radius, radius + softness, r), r = 1 at a corner.
struct VignetteOptions {
  double amount = 0.4;
  double radius = 0.45;
  double softness = 0.6;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "light taken from the corners; 0 changes nothing", .min = 0, .max = 1});
    visit(self.radius, Option{.name = "radius", .help = "where the darkening begins: 0 centre, 1 corner", .min = 0, .max = 1});
    visit(self.softness, Option{.name = "softness", .help = "width of the transition", .min = 0.01, .max = 2});
  }
};
Image vignette(const Image& picture, const VignetteOptions& options);

}  // namespace inkstone::post
