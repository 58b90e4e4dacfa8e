#include "data/procedural/molecules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/elements.hpp"
#include "data/procedural/palette.hpp"
#include "data/procedural/sky.hpp"

namespace inkstone::procedural {
namespace {

// In canvas units: x right, y down, z towards the eye.
struct Ball {
  Vec3 centre;
  double radius;
  Rgb colour;
};
struct Stick {
  Vec3 from, to;
  double radius;
  Rgb first, second;  // colours of its halves
};
struct Model {
  std::vector<Ball> balls;
  std::vector<Stick> sticks;
};

struct Turn {
  Vec3 right, down, towards;

  Vec3 operator()(Vec3 p) const { return {dot(right, p), dot(down, p), dot(towards, p)}; }
};

Turn random_turn(Random& random) {
  const Vec3 a = normalized({random.normal(), random.normal(), random.normal()}),
             b = normalized({random.normal(), random.normal(), random.normal()});
  const Vec3 right = normalized(cross(a, b));
  return {right, cross(a, right), a};
}

// How much of the atoms is apart on the picture: the sum of what each pair overlaps, less is better, and how wide it lies.
double clutter(const Molecule& molecule, const Turn& turn) {
  double overlap = 0, spread = 0;
  for (std::size_t i = 0; i < molecule.atoms.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Vec3 d = turn(molecule.atoms[i].place - molecule.atoms[j].place);
      const double flat = std::hypot(d.x, d.y);
      overlap += std::max(0.0, 1.1 - flat);
      spread += std::abs(d.z);
    }
  return overlap + 0.04 * spread;
}

Turn best_turn(const Molecule& molecule, Random& random) {
  Turn best = random_turn(random);
  for (int i = 0; i < 7; ++i) {
    const Turn turn = random_turn(random);
    if (clutter(molecule, turn) < clutter(molecule, best)) best = turn;
  }
  return best;
}

void add_bond(Model& model, const Bond& bond, double width) {
  const Ball &a = model.balls[bond.from], &b = model.balls[bond.to];
  const Vec3 along = b.centre - a.centre;
  Vec3 side = cross(along, {0, 0, 1});
  side = length(side) < 1e-9 ? Vec3{1, 0, 0} : normalized(side);
  const int lines = bond.order == 4 ? 2 : bond.order;
  const double radius = lines == 1 ? width : width * (lines == 2 ? 0.62 : 0.5), gap = 2.6 * radius;
  for (int i = 0; i < lines; ++i) {
    const Vec3 shift = (gap * (i - 0.5 * (lines - 1))) * side;
    model.sticks.push_back({a.centre + shift, b.centre + shift, radius, a.colour, b.colour});
  }
}

Model model_of(const Molecule& molecule, const Turn& turn, bool filled, double aspect) {
  Model model;
  const auto radius_of = [&](const Atom& atom) {
    return filled ? 0.92 * element(atom.element).van_der_waals : 0.26 + 0.34 * element(atom.element).covalent;
  };
  Vec2 low{1e9, 1e9}, high{-1e9, -1e9};
  double deep = 0;
  for (const auto& atom : molecule.atoms) {
    const Vec3 p = turn(atom.place);
    const double r = radius_of(atom);
    low = {std::min(low.x, p.x - r), std::min(low.y, p.y - r)};
    high = {std::max(high.x, p.x + r), std::max(high.y, p.y + r)};
    deep += p.z / static_cast<double>(molecule.atoms.size());
  }
  const double scale = std::min(0.16, 0.76 * std::min(aspect / (high.x - low.x), 1 / (high.y - low.y)));
  const Vec2 middle = 0.5 * (low + high);
  for (const auto& atom : molecule.atoms) {
    const Vec3 p = turn(atom.place);
    model.balls.push_back({{0.5 * aspect + scale * (p.x - middle.x), 0.48 + scale * (p.y - middle.y), scale * (p.z - deep)},
                           scale * radius_of(atom),
                           from_hex(element(atom.element).colour)});
  }
  if (!filled)
    for (const auto& bond : molecule.bonds) add_bond(model, bond, 0.13 * scale);
  return model;
}

// What is seen at one sample.
struct Seen {
  double depth = -std::numeric_limits<double>::infinity();
  Vec3 normal;
  Rgb colour;
};

void hit_ball(const Ball& ball, double x, double y, Seen& seen) {
  const double dx = x - ball.centre.x, dy = y - ball.centre.y, left = ball.radius * ball.radius - dx * dx - dy * dy;
  if (left <= 0) return;
  const double up = std::sqrt(left), depth = ball.centre.z + up;
  if (depth > seen.depth) seen = {depth, (1 / ball.radius) * Vec3{dx, dy, up}, ball.colour};
}

// A ray along z against a cylinder without ends (those are inside the balls).
void hit_stick(const Stick& stick, double x, double y, Seen& seen) {
  const Vec3 along = stick.to - stick.from, start = Vec3{x, y, 0} - stick.from;
  const double square = dot(along, along), az = along.z, flat = square - az * az, reach = dot(start, along);
  if (flat < 1e-12) return;
  // |s + t z|^2 - ((s + t z).a)^2 / a^2 = r^2
  const double a = 1 - az * az / square, b = start.z - reach * az / square,
               c = dot(start, start) - reach * reach / square - stick.radius * stick.radius;
  const double root = b * b - a * c;
  if (root <= 0) return;
  const double depth = (-b + std::sqrt(root)) / a, t = (reach + depth * az) / square;
  if (t < 0 || t > 1 || depth <= seen.depth) return;
  const Vec3 point = start + Vec3{0, 0, depth} - t * along;
  seen = {depth, (1 / stick.radius) * point, mix(t < 0.5 ? stick.first : stick.second, {0.5F, 0.5F, 0.5F}, 0.12)};
}

// Light that other balls keep from a point, by the solid angle they fill on its side.
double openness(const Model& model, Vec3 point, Vec3 normal) {
  double open = 1;
  for (const auto& ball : model.balls) {
    const Vec3 d = ball.centre - point;
    const double square = dot(d, d), size = ball.radius * ball.radius;
    if (square < 1.02 * size || square > 36 * size) continue;
    open *= 1 - 0.75 * std::max(0.0, dot(normal, d)) / std::sqrt(square) * size / square;
  }
  return open;
}

Rgb shaded(const Model& model, const Seen& seen, double x, double y, Vec3 light, Rgb room) {
  const double facing = std::max(0.0, dot(seen.normal, light)), open = openness(model, {x, y, seen.depth}, seen.normal);
  const Vec3 half = normalized(light + Vec3{0, 0, 1});
  const double shine = std::pow(std::max(0.0, dot(seen.normal, half)), 70), rim = std::pow(1 - std::max(0.0, seen.normal.z), 3.0);
  const Rgb body = open * ((0.22 + 0.95 * facing) * seen.colour + (0.16 + 0.14 * (-seen.normal.y)) * (seen.colour * room));
  return body + 0.75 * shine * Rgb{1, 1, 1} + 0.28 * rim * open * room;
}

// A soft shadow on the wall behind, away from the light.
double shadow(const Model& model, double x, double y, Vec3 light) {
  double dark = 1;
  for (const auto& ball : model.balls) {
    const double fall = 0.16 + 0.4 * ball.centre.z, cx = ball.centre.x - light.x * fall, cy = ball.centre.y - light.y * fall;
    const double d = std::hypot(x - cx, y - cy) / ball.radius;
    dark *= 1 - 0.42 * smoothstep(1.55, 0.45, d);
  }
  return dark;
}

std::string article(const std::string& name) {
  return name.empty() ? "a molecule" : fmt::format("a molecule of {}", name);
}

}  // namespace

Painted paint_molecule(const Molecule& molecule, const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(brief.palette, random);
  const bool filled = random.chance(0.25), dark = random.chance(0.4);
  const Model model = model_of(molecule, best_turn(molecule, random), filled, brief.aspect());
  const Vec3 light = normalized({random.uniform(0.35, 0.7) * random.sign(), -0.65, 0.8});
  const Rgb wall = palette.at(dark ? 0.16 : 0.94), corner = palette.at(dark ? 0.03 : 0.74), room = palette.at(0.8);
  Canvas canvas(brief.width, brief.height, brief.samples());
  const double aspect = brief.aspect();
  canvas.shade([&](double x, double y) {
    Seen seen;
    for (const auto& ball : model.balls) hit_ball(ball, x, y, seen);
    for (const auto& stick : model.sticks) hit_stick(stick, x, y, seen);
    if (seen.depth > -1e9) return shaded(model, seen, x, y, light, room);
    const double off = length(Vec2{x - (0.5 + 0.25 * light.x) * aspect, y - 0.32});
    return shadow(model, x, y, light) * mix(wall, corner, smoothstep(0.0, 0.95, off));
  });
  return {std::move(canvas),
          fmt::format("{} as {} on {} ground", article(molecule.name), filled ? "touching spheres" : "balls and sticks",
                      with_article(colour_name(palette.at(dark ? 0.12 : 0.85))))};
}

Painted paint_molecules(const Brief& brief) {
  Random random(brief.seed);
  return paint_molecule(parse_sdf(random.pick(built_in_molecules())), brief);
}

}  // namespace inkstone::procedural
