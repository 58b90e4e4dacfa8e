#include "data/procedural/ifs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/noise.hpp"
#include "data/procedural/palette.hpp"

namespace inkstone::procedural {
namespace {

// (x, y) -> (a x + b y + e, c x + d y + f), chosen with the given weight.
struct Affine {
  double a, b, c, d, e, f, weight;

  Vec2 operator()(Vec2 p) const { return {a * p.x + b * p.y + e, c * p.x + d * p.y + f}; }
};

struct System {
  std::vector<Affine> maps;
  std::string name;
  bool upright = false;  // y grows upwards and the plant stands: no turning
};

Affine similarity(double scale, double angle, Vec2 to, double weight) {
  const Vec2 u = scale * unit(angle);
  return {u.x, -u.y, u.y, u.x, to.x, to.y, weight};
}

System fern(Random& random) {
  const double curl = random.uniform(0.02, 0.055), lean = random.sign(), wide = random.uniform(0.9, 1.15),
               stem = random.uniform(0.83, 0.865);
  return {{{0, 0, 0, 0.16, 0, 0, 0.015},
           {stem, lean * curl, -lean * curl, stem, 0, 1.6, 0.80},
           {0.2 * wide, -0.26, 0.23, 0.22, 0, 1.6, 0.09},
           {-0.15 * wide, 0.28, 0.26, 0.24, 0, 0.44, 0.09}},
          "a fern frond",
          true};
}

System tree(Random& random) {
  System system{{{0.05, 0, 0, 0.5, 0, 0, 0.06}, {0.05, 0, 0, -0.4, 0, 0.8, 0.06}}, "a fractal tree", true};
  const int boughs = random.between(3, 5);
  for (int i = 0; i < boughs; ++i) {
    const double angle = mix(-0.95, 0.95, (i + 0.5) / boughs) + random.uniform(-0.12, 0.12);
    system.maps.push_back(similarity(random.uniform(0.48, 0.62), angle, {0, random.uniform(0.55, 0.95)}, 0.9 / boughs));
  }
  return system;
}

System gasket(Random& random) {
  const int corners = random.between(3, 7);
  double reach = 1;  // of the copies that just touch (n-flakes)
  for (int k = 1; k <= corners / 4; ++k) reach += std::cos(2 * std::numbers::pi * k / corners);
  const double scale = corners == 4 ? random.uniform(0.40, 0.46) : 0.5 / reach;
  const double turn = random.chance(0.6) ? 0 : random.uniform(-0.5, 0.5);
  System system{{}, fmt::format("a gasket of {} corners", corners)};
  for (int i = 0; i < corners; ++i)
    system.maps.push_back(
        similarity(scale, turn, (1 - scale) * unit(2 * std::numbers::pi * i / corners + std::numbers::pi / 2), 1));
  return system;
}

System dragon(Random& random) {
  const double angle = random.chance(0.4) ? std::numbers::pi / 4 : random.uniform(0.55, 1.0);
  const double scale = std::numbers::sqrt2 / 2 * random.uniform(0.97, 1.02);
  if (random.chance(0.4))
    return {{similarity(scale, angle, {0, 0}, 1), similarity(scale, -angle, {0.5, 0.5}, 1)}, "a Levy curve"};
  return {{similarity(scale, angle, {0, 0}, 1), similarity(scale, std::numbers::pi - angle, {1, 0}, 1)}, "a dragon curve"};
}

System spiral(Random& random) {
  const double turn = random.sign() * random.uniform(0.25, 0.75), arms = random.between(1, 3);
  System system{{similarity(random.uniform(0.86, 0.93), turn, {0, 0}, 8)}, "a spiral of spirals"};
  for (int i = 0; i < arms; ++i) {
    const double angle = 2 * std::numbers::pi * i / arms;
    system.maps.push_back(similarity(random.uniform(0.22, 0.32), random.angle(), unit(angle), 1.2));
  }
  return system;
}

System crystal(Random& random) {
  const int arms = random.pick(std::array{5, 6, 6, 8});
  const double scale = random.uniform(0.32, 0.40), middle = random.uniform(0.25, 0.5),
               tilt = random.chance(0.5) ? 0 : std::numbers::pi / arms;
  System system{{similarity(middle, tilt + std::numbers::pi / arms, {0, 0}, 1)},
                fmt::format("a snow crystal with {} arms", arms)};
  for (int i = 0; i < arms; ++i) {
    const double angle = 2 * std::numbers::pi * i / arms;
    system.maps.push_back(similarity(scale, angle + tilt, (1 - scale) * unit(angle), 1));
    system.maps.push_back(similarity(0.5 * scale, angle, 0.42 * unit(angle), 0.4));
  }
  return system;
}

System leaf(Random& random) {
  const double bend = random.uniform(-0.12, 0.12), side = random.uniform(0.42, 0.52), angle = random.uniform(0.75, 1.05);
  return {{{0.14, 0.01, 0, 0.51, -0.08, -1.31, 0.1},
           similarity(0.72, bend, {0, 0.55}, 0.42),
           similarity(side, angle, {-0.35, -0.2}, 0.24),
           similarity(side, -angle, {0.35, -0.2}, 0.24)},
          "a maple leaf",
          true};
}

System scattered(Random& random) {
  System system{{}, "a random iterated function system"};
  const int count = random.between(2, 4);
  for (int i = 0; i < count; ++i) {
    const double s = random.uniform(0.52, 0.78), stretch = random.uniform(0.6, 1.0), u = random.angle(),
                 v = u + random.uniform(-0.6, 0.6);
    const Affine map = {s * std::cos(u),
                        -stretch * s * std::sin(v),
                        s * std::sin(u),
                        stretch * s * std::cos(v),
                        random.uniform(-1, 1),
                        random.uniform(-1, 1),
                        0};
    system.maps.push_back(map);
    system.maps.back().weight = std::abs(map.a * map.d - map.b * map.c) + 0.02;
  }
  return system;
}

// The chaos game: place and a colour that remembers the last maps.
class Game {
 public:
  Game(const System& system, std::uint64_t seed) : maps_(system.maps), random_(seed) {
    double total = 0;
    for (const auto& map : maps_) total += map.weight;
    double sum = 0;
    for (const auto& map : maps_) upto_.push_back(sum += map.weight / total);
    for (int i = 0; i < 40; ++i) step();
  }
  void step() {
    const double u = random_.uniform();
    std::size_t chosen = 0;
    while (chosen + 1 < maps_.size() && u > upto_[chosen]) ++chosen;
    place = maps_[chosen](place);
    colour = 0.6 * colour + 0.4 * static_cast<double>(chosen) / static_cast<double>(maps_.size() - 1);
  }
  Vec2 place;
  double colour = 0.5;

 private:
  const std::vector<Affine>& maps_;
  std::vector<double> upto_;
  Random random_;
};

// Squares of a 32x32 grid over the attractor that it touches.
int spread(const System& system) {
  constexpr int kSide = 32;
  Game game(system, 1);
  std::vector<Vec2> points;
  Vec2 low{1e9, 1e9}, high{-1e9, -1e9};
  for (int i = 0; i < 3000; ++i, game.step()) {
    const Vec2 p = game.place;
    points.push_back(p);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  std::array<bool, kSide* kSide> touched = {};
  for (const Vec2 p : points) {
    const int x = static_cast<int>((kSide - 0.01) * (p.x - low.x) / (high.x - low.x + 1e-9)),
              y = static_cast<int>((kSide - 0.01) * (p.y - low.y) / (high.y - low.y + 1e-9));
    touched[y * kSide + x] = true;
  }
  return static_cast<int>(std::count(touched.begin(), touched.end(), true));
}

// Of some random systems the one whose attractor is neither dust nor a blot.
System wild(Random& random) {
  System best;
  int least = 1 << 20;
  for (int i = 0; i < 8; ++i) {
    System system = scattered(random);
    const int off = std::abs(spread(system) - 430);
    if (off >= least) continue;
    least = off;
    best = std::move(system);
  }
  return best;
}

// From the attractor's plane to the canvas.
struct IfsFrame {
  Vec2 centre;
  double scale = 1, turn = 0;
  Vec2 middle;
  bool upright = false;

  Vec2 operator()(Vec2 p) const {
    Vec2 q = scale * rotated(p - centre, turn);
    if (upright) q.y = -q.y;
    return middle + q;
  }
};

IfsFrame frame_of(const System& system, double aspect, Random& random) {
  IfsFrame frame;
  frame.turn = system.upright ? random.uniform(-0.1, 0.1) : random.angle();
  frame.middle = {0.5 * aspect, 0.5};
  frame.upright = system.upright;
  Game game(system, 1);
  std::vector<double> xs, ys;
  for (int i = 0; i < 4000; ++i, game.step()) {
    const Vec2 p = rotated(game.place, frame.turn);
    xs.push_back(p.x);
    ys.push_back(p.y);
  }
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const Vec2 low = {xs[4], ys[4]}, high = {xs[xs.size() - 5], ys[ys.size() - 5]};
  frame.centre = rotated(0.5 * (low + high), -frame.turn);
  frame.scale = 0.86 * std::min(aspect / std::max(1e-6, high.x - low.x), 1 / std::max(1e-6, high.y - low.y));
  return frame;
}

struct Density {
  double count = 0, colour = 0;
};

std::vector<Density> play(const System& system, const IfsFrame& frame, const Canvas& canvas, std::uint64_t seed) {
  std::vector<Density> density(static_cast<std::size_t>(canvas.columns()) * canvas.rows());
  Game game(system, seed);
  const std::int64_t points = std::min<std::int64_t>(6'000'000, 2 * std::int64_t(canvas.columns()) * canvas.rows() + 60'000);
  for (std::int64_t i = 0; i < points; ++i, game.step()) {
    const Vec2 p = canvas.rows() * frame(game.place);
    if (!(p.x >= 0 && p.y >= 0 && p.x < canvas.columns() && p.y < canvas.rows())) continue;
    auto& here = density[static_cast<std::size_t>(p.y) * canvas.columns() + static_cast<std::size_t>(p.x)];
    here.count += 1;
    here.colour += game.colour;
  }
  return density;
}

// Counts where the attractor is, for an exposure that suits thin and full ones alike.
double usual_count(const std::vector<Density>& density) {
  double sum = 0, squares = 1e-9;
  for (const auto& d : density) {
    sum += d.count * d.count;
    squares += d.count;
  }
  return std::max(1.0, sum / squares);
}

}  // namespace

Painted paint_ifs(const Brief& brief) {
  constexpr std::array kSystems = {fern, fern, tree, gasket, dragon, spiral, crystal, leaf, wild};
  Random random(brief.seed);
  Random shape = random.branch(1);
  const System system = random.pick(kSystems)(shape);
  const Palette& palette = system.upright
                               ? choose_palette(brief.palette, random, {"forest", "autumn", "meadow", "lagoon", "copper", "gold"})
                               : choose_palette(brief.palette, random);
  const bool dark = random.chance(0.6);
  Canvas canvas(brief.width, brief.height, 2);
  const IfsFrame frame = frame_of(system, brief.aspect(), random);
  const auto density = play(system, frame, canvas, random.bits());
  const double usual = usual_count(density), aspect = brief.aspect();
  const Rgb centre = palette.at(dark ? 0.12 : 1.0), corner = palette.at(dark ? 0.0 : 0.9);
  canvas.shade([&](double x, double y) {
    const auto& d =
        density[static_cast<std::size_t>(y * canvas.rows()) * canvas.columns() + static_cast<std::size_t>(x * canvas.rows())];
    const Rgb ground = mix(centre, corner, smoothstep(0.1, 0.75, length(Vec2{x - 0.5 * aspect, y - 0.5})));
    if (d.count == 0) return ground;
    const double strength = clamp01(0.35 + 0.65 * std::log1p(d.count) / std::log1p(usual)), hue = d.colour / d.count;
    const double tone = dark ? 0.32 + 0.5 * hue + 0.2 * strength : 0.66 - 0.5 * hue - 0.1 * strength;
    return mix(ground, palette.at(tone), strength);
  });
  if (dark) bloom(canvas, 0.35, 0.03, 0.25);
  return {std::move(canvas), fmt::format("{} on a {} ground, in {}", system.name, dark ? "dark" : "light", palette.words())};
}

}  // namespace inkstone::procedural
