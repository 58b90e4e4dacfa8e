#include "data/procedural/variations.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace inkstone::procedural {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kTiny = 1e-12;

// The paper measures angles from the y axis.
double theta_of(Vec2 p) {
  return std::atan2(p.x, p.y);
}

Vec2 linear(Vec2 p) {
  return p;
}
Vec2 sinusoidal(Vec2 p) {
  return {std::sin(p.x), std::sin(p.y)};
}
Vec2 spherical(Vec2 p) {
  return (1 / (dot(p, p) + kTiny)) * p;
}
Vec2 swirl(Vec2 p) {
  const double r2 = dot(p, p), s = std::sin(r2), c = std::cos(r2);
  return {p.x * s - p.y * c, p.x * c + p.y * s};
}
Vec2 horseshoe(Vec2 p) {
  const double r = length(p) + kTiny;
  return {(p.x - p.y) * (p.x + p.y) / r, 2 * p.x * p.y / r};
}
Vec2 polar(Vec2 p) {
  return {theta_of(p) / kPi, length(p) - 1};
}
Vec2 handkerchief(Vec2 p) {
  const double r = length(p), t = theta_of(p);
  return {r * std::sin(t + r), r * std::cos(t - r)};
}
Vec2 heart(Vec2 p) {
  const double r = length(p), t = theta_of(p);
  return {r * std::sin(t * r), -r * std::cos(t * r)};
}
Vec2 disc_map(Vec2 p) {
  const double r = kPi * length(p), t = theta_of(p) / kPi;
  return {t * std::sin(r), t * std::cos(r)};
}
Vec2 spiral(Vec2 p) {
  const double r = length(p) + kTiny, t = theta_of(p);
  return {(std::cos(t) + std::sin(r)) / r, (std::sin(t) - std::cos(r)) / r};
}
Vec2 hyperbolic(Vec2 p) {
  const double r = length(p) + kTiny, t = theta_of(p);
  return {std::sin(t) / r, r * std::cos(t)};
}
Vec2 diamond(Vec2 p) {
  const double r = length(p), t = theta_of(p);
  return {std::sin(t) * std::cos(r), std::cos(t) * std::sin(r)};
}
// One of the two roots; which, follows from the place, so that the map needs no chance of its own.
Vec2 julia_root(Vec2 p) {
  const double r = std::sqrt(length(p)), t = 0.5 * theta_of(p) + (std::fmod(std::abs(p.x * 1e5), 2.0) < 1 ? 0 : kPi);
  return {r * std::cos(t), r * std::sin(t)};
}
Vec2 bent(Vec2 p) {
  return {p.x < 0 ? 2 * p.x : p.x, p.y < 0 ? 0.5 * p.y : p.y};
}
Vec2 fisheye(Vec2 p) {
  const double s = 2 / (length(p) + 1);
  return {s * p.y, s * p.x};
}
Vec2 bubble(Vec2 p) {
  return (4 / (dot(p, p) + 4)) * p;
}
Vec2 cylinder(Vec2 p) {
  return {std::sin(p.x), p.y};
}
Vec2 eyefish(Vec2 p) {
  return (2 / (length(p) + 1)) * p;
}

}  // namespace

std::span<const Variation> variations() {
  static constexpr std::array kTable = {
      Variation{"linear", linear},
      Variation{"sinusoidal", sinusoidal},
      Variation{"spherical", spherical},
      Variation{"swirl", swirl},
      Variation{"horseshoe", horseshoe},
      Variation{"polar", polar},
      Variation{"handkerchief", handkerchief},
      Variation{"heart", heart},
      Variation{"disc", disc_map},
      Variation{"spiral", spiral},
      Variation{"hyperbolic", hyperbolic},
      Variation{"diamond", diamond},
      Variation{"julia", julia_root},
      Variation{"bent", bent},
      Variation{"fisheye", fisheye},
      Variation{"bubble", bubble},
      Variation{"cylinder", cylinder},
      Variation{"eyefish", eyefish},
  };
  return kTable;
}

}  // namespace inkstone::procedural
