#include "data/procedural/galaxies.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "data/procedural/drawing.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

Encounter::Encounter(Body first, Body second, double softening) : bodies_{first, second}, softening2_(softening * softening) {}

void Encounter::add_disc(int home, int stars, double radius, Vec3 normal, Random& random) {
  const Body& core = bodies_[home];
  const Vec3 n = normalized(normal), a = normalized(cross(n, std::abs(n.x) < 0.8 ? Vec3{1, 0, 0} : Vec3{0, 1, 0})),
             b = cross(n, a);
  for (int i = 0; i < stars; ++i) {
    const double share = 0.06 + 0.94 * std::pow(random.uniform(), 0.75), r = radius * share, turn = random.angle();
    const double speed = std::sqrt(core.mass * r * r / std::pow(r * r + softening2_, 1.5));
    const Vec3 out = std::cos(turn) * a + std::sin(turn) * b, along = cross(n, out);
    stars_.push_back({core.place + r * out + (0.02 * radius * random.normal()) * n, core.velocity + speed * along, home, share});
  }
}

Vec3 Encounter::pull(Vec3 place, const Body& body) const {
  const Vec3 d = body.place - place;
  const double r2 = dot(d, d) + softening2_;
  return (body.mass / (r2 * std::sqrt(r2))) * d;
}

void Encounter::kick_bodies(double dt) {
  const Vec3 first = pull(bodies_[0].place, bodies_[1]), second = pull(bodies_[1].place, bodies_[0]);
  bodies_[0].velocity = bodies_[0].velocity + dt * first;
  bodies_[1].velocity = bodies_[1].velocity + dt * second;
}

void Encounter::kick_stars(double dt) {
  for (auto& star : stars_) star.velocity = star.velocity + dt * (pull(star.place, bodies_[0]) + pull(star.place, bodies_[1]));
}

void Encounter::step(double dt, int times) {
  for (int i = 0; i <= times && times > 0; ++i) {
    const double kick = i == 0 || i == times ? 0.5 * dt : dt;  // half a kick at either end
    kick_bodies(kick);
    kick_stars(kick);
    if (i == times) return;
    for (auto& body : bodies_) body.place = body.place + dt * body.velocity;
    for (auto& star : stars_) star.place = star.place + dt * star.velocity;
  }
}

double Encounter::core_energy() const {
  const Vec3 d = bodies_[1].place - bodies_[0].place;
  double energy = -bodies_[0].mass * bodies_[1].mass / std::sqrt(dot(d, d) + softening2_);
  for (const auto& body : bodies_) energy += 0.5 * body.mass * dot(body.velocity, body.velocity);
  return energy;
}

Vec3 Encounter::core_momentum() const {
  return bodies_[0].mass * bodies_[0].velocity + bodies_[1].mass * bodies_[1].velocity;
}

namespace {

struct Passage {
  Encounter encounter;
  double ratio;  // mass of the second to the first
  double since;  // time since the closest approach; negative: before
};

Vec3 leaning(Vec3 axis, double most, Random& random) {
  return axis + Vec3{random.uniform(-most, most), random.uniform(-most, most), random.uniform(-most, most)};
}

// A parabolic passage in the plane z = 0, started `before` time units ahead of pericentre by solving Barker's equation.
Passage passage(int stars, Random& random) {
  const double ratio = random.pick(std::array{1.0, 0.7, 0.4, 0.25}), closest = random.uniform(0.75, 1.25), total = 1 + ratio;
  const double before = 5.0, p = 2 * closest, mean = std::sqrt(total / (p * p * p)) * 6 * before / 2;
  const double root = std::cbrt(mean + std::sqrt(mean * mean + 1)), tangent = -(root - 1 / root);  // tan(nu / 2)
  const double nu = 2 * std::atan(tangent), r = p / (1 + std::cos(nu)), speed = std::sqrt(total / p);
  const Vec3 place = {r * std::cos(nu), r * std::sin(nu), 0}, velocity = {-speed * std::sin(nu), speed * (1 + std::cos(nu)), 0};
  const double a = ratio / total, b = 1 / total;
  Encounter encounter({(-a) * place, (-a) * velocity, 1}, {b * place, b * velocity, ratio}, 0.14);
  // discs that turn the way of the passage grow long tails
  encounter.add_disc(0, static_cast<int>(stars / total), 1.0, leaning({0, 0, random.chance(0.8) ? 1.0 : -1.0}, 0.6, random),
                     random);
  encounter.add_disc(1, static_cast<int>(stars * ratio / total), std::sqrt(ratio),
                     leaning({0, 0, random.chance(0.7) ? 1.0 : -1.0}, 0.9, random), random);
  const double since = random.uniform(-0.8, 4.6);
  constexpr double kStep = 0.035;
  encounter.step(kStep, static_cast<int>((before + since) / kStep));
  return {std::move(encounter), ratio, since};
}

// An orthographic camera that keeps nine stars in ten in the picture.
struct GalaxyView {
  Vec3 right, down, middle;
  double scale = 1;
  Vec2 centre;

  Vec2 operator()(Vec3 p) const { return centre + scale * Vec2{dot(right, p - middle), dot(down, p - middle)}; }
};

GalaxyView view_of(const Encounter& encounter, double aspect, Random& random) {
  const double tilt = random.uniform(0.0, 1.0), turn = random.angle();
  const Vec3 eye = {std::sin(tilt) * std::cos(turn), std::sin(tilt) * std::sin(turn), std::cos(tilt)};
  GalaxyView view;
  view.right = normalized(cross(eye, std::abs(eye.z) < 0.95 ? Vec3{0, 0, 1} : Vec3{0, 1, 0}));
  view.down = cross(eye, view.right);
  view.centre = {0.5 * aspect, 0.5};
  std::vector<double> xs, ys;
  for (const auto& star : encounter.stars()) {
    xs.push_back(dot(view.right, star.place));
    ys.push_back(dot(view.down, star.place));
  }
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const auto at = [](const std::vector<double>& v, double q) {
    return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
  };
  view.middle = 0.5 * (at(xs, 0.05) + at(xs, 0.95)) * view.right + 0.5 * (at(ys, 0.05) + at(ys, 0.95)) * view.down;
  view.scale = 0.72 * std::min(aspect / (at(xs, 0.95) - at(xs, 0.05)), 1 / (at(ys, 0.95) - at(ys, 0.05)));
  return view;
}

Rgb star_colour(const Encounter::Star& star, const Palette& palette, const Palette& other, Random& random) {
  const Palette& own = star.home == 0 ? palette : other;
  if (star.radius > 0.3 && random.chance(0.05)) return 3.0 * Rgb{1.0F, 0.35F, 0.45F};  // clouds where stars are born
  return mix(own.at(0.92), own.at(0.45), smoothstep(0.1, 0.75, star.radius));
}

void draw_core(Canvas& canvas, Vec2 place, double size, Rgb colour) {
  glow(canvas, place, 1.1 * size, 0.16 * colour);
  glow(canvas, place, 0.45 * size, 0.5 * colour);
  glow(canvas, place, 0.16 * size, 2.2 * mix(colour, {1, 0.95F, 0.85F}, 0.6));
}

std::string caption(const Passage& passage, const Palette& palette) {
  const char* size = passage.ratio == 1    ? "another of its size"
                     : passage.ratio > 0.5 ? "a slightly smaller one"
                                           : "a much smaller one";
  const char* when = passage.since < 0     ? "about to collide with"
                     : passage.since < 1.5 ? "colliding with"
                                           : "torn into long tails after meeting";
  return fmt::format("a spiral galaxy {} {}, in {}", when, size, palette.words());
}

}  // namespace

Painted paint_galaxies(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette =
      choose_palette(brief.palette, random, {"ice", "ocean", "sunset", "neon", "rose", "aurora", "gold", "dusk"});
  const Palette& other = brief.palette == "auto" && random.chance(0.5)
                             ? choose_palette("auto", random, {"gold", "sunset", "candy", "dusk"})
                             : palette;
  Canvas canvas(brief.width, brief.height, 2);
  const int stars = std::clamp(static_cast<int>(0.8 * brief.width * brief.height), 2600, 140'000);
  const Passage meeting = passage(stars, random);
  const GalaxyView view = view_of(meeting.encounter, brief.aspect(), random);
  canvas.shade([&](double, double y) { return mix(0.10 * palette.at(0.1), 0.22 * palette.at(0.08), y); });
  const double light = 0.050 * canvas.rows() * canvas.rows() / stars;
  for (const auto& star : meeting.encounter.stars()) {
    const double power = light * random.uniform(0.3, 1.7);
    splat(canvas, view(star.place), power * star_colour(star, palette, other, random));
  }
  bloom(canvas, 0.0, 0.010, 0.8);
  bloom(canvas, 0.02, 0.05, 0.35);
  starfield(canvas, random.bits(), 130, 0.8);
  for (int i = 0; i < 2; ++i) {
    const auto& body = meeting.encounter.bodies()[static_cast<std::size_t>(i)];
    draw_core(canvas, view(body.place), 0.42 * view.scale * std::sqrt(body.mass), (i == 0 ? palette : other).at(0.92));
  }
  return {std::move(canvas), caption(meeting, palette), Tone::filmic};
}

}  // namespace inkstone::procedural
