// Points and directions of the plane and of space, in double precision.
#pragma once

#include <cmath>

namespace inkstone::procedural {

struct Vec2 {
  double x = 0, y = 0;
};
inline Vec2 operator+(Vec2 a, Vec2 b) {
  return {a.x + b.x, a.y + b.y};
}
inline Vec2 operator-(Vec2 a, Vec2 b) {
  return {a.x - b.x, a.y - b.y};
}
inline Vec2 operator*(double s, Vec2 a) {
  return {s * a.x, s * a.y};
}
inline double dot(Vec2 a, Vec2 b) {
  return a.x * b.x + a.y * b.y;
}
inline double cross(Vec2 a, Vec2 b) {
  return a.x * b.y - a.y * b.x;
}
inline double length(Vec2 a) {
  return std::sqrt(dot(a, a));
}
inline Vec2 unit(double angle) {
  return {std::cos(angle), std::sin(angle)};
}
inline Vec2 rotated(Vec2 a, double angle) {
  const Vec2 u = unit(angle);
  return {u.x * a.x - u.y * a.y, u.y * a.x + u.x * a.y};
}

struct Vec3 {
  double x = 0, y = 0, z = 0;
};
inline Vec3 operator+(Vec3 a, Vec3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(Vec3 a, Vec3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator*(double s, Vec3 a) {
  return {s * a.x, s * a.y, s * a.z};
}
inline double dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(Vec3 a) {
  return std::sqrt(dot(a, a));
}
inline Vec3 normalized(Vec3 a) {
  return (1.0 / length(a)) * a;
}

inline double clamp01(double v) {
  return v < 0 ? 0 : v > 1 ? 1 : v;
}
inline double mix(double a, double b, double t) {
  return a + (b - a) * t;
}
// Cubic step from 0 at a to 1 at b; a may lie above b.
inline double smoothstep(double a, double b, double v) {
  const double t = clamp01((v - a) / (b - a));
  return t * t * (3 - 2 * t);
}
// v - floor(v)
inline double fraction(double v) {
  return v - std::floor(v);
}

}  // namespace inkstone::procedural
