#include "data/procedural/trees.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "data/procedural/drawing.hpp"

namespace inkstone::procedural {
namespace {

constexpr double kUp = -std::numbers::pi / 2;

struct Branching {
  double spread = 0.45, droop = 0, shrink = 0.76;
  int generations = 7;
};

// Draws a branch and what grows from it; the ends are kept for the leaves.
void grow(Canvas& canvas, Vec2 from, double angle, double size, double width, int left, const Branching& rule, Rgb bark,
          Random& random, std::vector<Vec2>& ends) {
  const double next_width = width * 0.72;
  const Vec2 to = from + size * unit(angle);
  tapered(canvas, from, to, width, next_width, bark);
  if (left == 0 || size < 0.3 * canvas.pixel()) {
    ends.push_back(to);
    return;
  }
  if (left <= 2) ends.push_back(to);
  const int children = random.chance(0.25) ? 3 : 2;
  for (int i = 0; i < children; ++i) {
    const double side = 2.0 * i / (children - 1) - 1;
    const double turned =
        angle + side * rule.spread * random.uniform(0.6, 1.3) + rule.droop * std::cos(angle) + 0.08 * random.normal();
    grow(canvas, to, turned, size * rule.shrink * random.uniform(0.82, 1.12), next_width, left - 1, rule, bark, random, ends);
  }
}

int generations_for(const Canvas& canvas, double height) {
  return std::clamp(static_cast<int>(std::log2(height / canvas.pixel())) - 1, 2, 7);
}

// Clumps of leaves: the far ones in shade, the near ones towards the light.
void foliage(Canvas& canvas, const std::vector<Vec2>& ends, double size, const TreeColours& colours, Random& random) {
  for (int layer = 0; layer < 3; ++layer) {
    const double shift = 0.45 * size * layer, tone = layer / 2.0;
    for (const Vec2 end : ends) {
      const Vec2 place = end + Vec2{colours.light_side * 0.5 * shift + size * random.uniform(-0.6, 0.6),
                                    -shift + size * random.uniform(-0.5, 0.5)};
      disc(canvas, place, size * random.uniform(0.35, 0.75) * (1.15 - 0.3 * tone),
           mix(colours.leaf, colours.lit, tone * random.uniform(0.5, 1.0)), 0.85);
    }
  }
}

void fir(Canvas& canvas, Vec2 root, double height, const TreeColours& colours, Random& random) {
  tapered(canvas, root, root - Vec2{0, 0.98 * height}, 0.014 * height, 0.002 * height, colours.bark);
  const int tiers = std::clamp(static_cast<int>(0.30 * height / canvas.pixel()), 8, 34);
  const double fullness = random.uniform(0.17, 0.23);
  for (int i = tiers - 1; i >= 0; --i) {
    const double t = (i + 0.5) / tiers, y = root.y - height * (0.10 + 0.89 * (1 - t));
    for (const double side : {-1.0, 1.0}) {
      const double reach = height * fullness * (0.06 + t) * random.uniform(0.75, 1.15), drop = reach * random.uniform(0.25, 0.55);
      const Rgb colour =
          mix(colours.leaf, colours.lit, side == colours.light_side ? random.uniform(0.2, 0.9) : random.uniform(0.0, 0.25));
      const std::array<Vec2, 4> bough = {Vec2{root.x, y - 0.035 * height}, Vec2{root.x + 0.6 * side * reach, y + 0.4 * drop},
                                         Vec2{root.x + side * reach, y + drop}, Vec2{root.x, y + 0.75 * drop}};
      polygon(canvas, bough, colour);
    }
  }
}

void broadleaf(Canvas& canvas, Vec2 root, double height, const TreeColours& colours, bool leaves, Random& random) {
  const Branching rule{.spread = random.uniform(0.35, 0.55),
                       .droop = random.uniform(-0.05, 0.12),
                       .shrink = 0.77,
                       .generations = generations_for(canvas, height)};
  std::vector<Vec2> ends;
  grow(canvas, root, kUp + 0.05 * random.normal(), 0.27 * height, 0.026 * height, rule.generations, rule, colours.bark, random,
       ends);
  if (leaves) foliage(canvas, ends, height * (rule.generations > 5 ? 0.04 : 0.07), colours, random);
}

void birch(Canvas& canvas, Vec2 root, double height, const TreeColours& colours, Random& random) {
  const double lean = 0.03 * height * random.normal(), width = 0.016 * height;
  const Vec2 top = root + Vec2{lean, -0.95 * height};
  const Rgb white = mix(colours.bark, {0.85F, 0.85F, 0.82F}, 0.75);
  tapered(canvas, root, top, width, 0.25 * width, white);
  for (int i = 0; i < 12; ++i) {
    const double t = random.uniform(0.02, 0.8), half = mix(width, 0.25 * width, t), side = random.sign();
    const Vec2 p = root + t * (top - root);
    line(canvas, p + Vec2{side * half, 0}, p + Vec2{side * half * random.uniform(-0.2, 0.6), random.uniform(-0.3, 0.3) * half},
         0.13 * half, 0.6 * colours.bark);
  }
  std::vector<Vec2> ends;
  const Branching rule{
      .spread = 0.4, .droop = 0.18, .shrink = 0.72, .generations = std::max(1, generations_for(canvas, height) - 4)};
  for (int i = 0; i < 11; ++i) {
    const double t = mix(0.38, 0.98, i / 10.0);
    grow(canvas, root + t * (top - root), kUp + random.sign() * random.uniform(0.4, 0.8), 0.13 * height * (1.15 - 0.7 * t),
         0.25 * width, rule.generations, rule, colours.bark, random, ends);
  }
  foliage(canvas, ends, 0.032 * height, colours, random);
}

void cypress(Canvas& canvas, Vec2 root, double height, const TreeColours& colours, Random& random) {
  line(canvas, root, root - Vec2{0, 0.15 * height}, 0.014 * height, colours.bark);
  for (int i = 0; i < 90; ++i) {
    const double t = random.uniform(), half = 0.085 * height * std::sin(std::numbers::pi * std::pow(t, 0.75)),
                 side = random.uniform(-1, 1);
    const Vec2 place = root + Vec2{half * side, -height * (0.08 + 0.86 * t)};
    tapered(canvas, place, place + Vec2{0.012 * height * side, -0.07 * height}, 0.02 * height, 0.004 * height,
            mix(colours.leaf, colours.lit, clamp01(0.35 + 0.6 * side * colours.light_side) * random.uniform(0.4, 1.0)), 0.9);
  }
}

}  // namespace

void draw_tree(Canvas& canvas, TreeKind kind, Vec2 root, double height, const TreeColours& colours, Random random) {
  switch (kind) {
    case TreeKind::fir:
      return fir(canvas, root, height, colours, random);
    case TreeKind::broadleaf:
      return broadleaf(canvas, root, height, colours, true, random);
    case TreeKind::bare:
      return broadleaf(canvas, root, height, colours, false, random);
    case TreeKind::birch:
      return birch(canvas, root, height, colours, random);
    case TreeKind::cypress:
      return cypress(canvas, root, height, colours, random);
  }
}

}  // namespace inkstone::procedural
