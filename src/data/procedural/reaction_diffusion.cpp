#include "data/procedural/reaction_diffusion.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

GrayScott::GrayScott(int width, int height, float feed, float kill)
    : width_(width),
      height_(height),
      feed_(feed),
      kill_(kill),
      u_(static_cast<std::size_t>(width + 2) * (height + 2), 1.0F),
      v_(u_.size(), 0.0F),
      next_u_(u_),
      next_v_(v_) {}

void GrayScott::seed(int x, int y, int radius) {
  for (int j = -radius; j <= radius; ++j)
    for (int i = -radius; i <= radius; ++i) {
      if (i * i + j * j > radius * radius) continue;
      const std::size_t place = index((x + i + width_ * 8) % width_, (y + j + height_ * 8) % height_);
      u_[place] = 0.5F;
      v_[place] = 0.5F;
    }
}

void GrayScott::wrap(std::vector<float>& field) const {
  for (int y = 0; y < height_; ++y) {
    field[index(-1, y)] = field[index(width_ - 1, y)];
    field[index(width_, y)] = field[index(0, y)];
  }
  const auto copy_row = [&](int from, int to) {
    std::copy_n(field.begin() + static_cast<std::ptrdiff_t>(index(-1, from)), width_ + 2,
                field.begin() + static_cast<std::ptrdiff_t>(index(-1, to)));
  };
  copy_row(height_ - 1, -1);
  copy_row(0, height_);
}

void GrayScott::step_row(int y) {
  constexpr float kSpreadU = 1.0F, kSpreadV = 0.5F;
  const std::ptrdiff_t stride = width_ + 2;
  const float *u = &u_[index(0, y)], *v = &v_[index(0, y)];
  float *nu = &next_u_[index(0, y)], *nv = &next_v_[index(0, y)];
  // 0.2 to the sides and 0.05 to the corners: a Laplacian that is nearly the same in all directions
  const auto laplacian = [stride](const float* p) {
    return 0.2F * (p[-1] + p[1] + p[-stride] + p[stride]) +
           0.05F * (p[-stride - 1] + p[-stride + 1] + p[stride - 1] + p[stride + 1]) - *p;
  };
  for (int x = 0; x < width_; ++x) {
    const float reaction = u[x] * v[x] * v[x];
    nu[x] = u[x] + kSpreadU * laplacian(u + x) - reaction + feed_ * (1 - u[x]);
    nv[x] = v[x] + kSpreadV * laplacian(v + x) + reaction - (feed_ + kill_) * v[x];
  }
}

void GrayScott::step(int times) {
  for (int i = 0; i < times; ++i) {
    wrap(u_);
    wrap(v_);
    for (int y = 0; y < height_; ++y) step_row(y);
    u_.swap(next_u_);
    v_.swap(next_v_);
  }
}

namespace {

struct Regime {
  const char* name;
  float feed, kill;
  int steps;
};

// Where in the plane of feed and kill rates which pattern lives: Pearson's classes.
constexpr std::array kRegimes = {
    Regime{"coral", 0.0545F, 0.062F, 2600},           Regime{"dividing cells", 0.0367F, 0.0649F, 2600},
    Regime{"a labyrinth", 0.029F, 0.057F, 1800},      Regime{"fingerprints", 0.037F, 0.060F, 2400},
    Regime{"holes in a sheet", 0.039F, 0.058F, 2200}, Regime{"leopard spots", 0.030F, 0.062F, 2400},
    Regime{"winding worms", 0.046F, 0.063F, 2600},    Regime{"a honeycomb", 0.034F, 0.0562F, 2200},
};

// Uniform cubic B-spline: weights of the four cells around, and their slopes.
std::array<double, 4> spline(double t) {
  const double s = 1 - t;
  return {s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6};
}

class Surface {
 public:
  Surface(const GrayScott& cells, int width, int height) : cells_(cells), width_(width), height_(height) {}

  // x, y in cells
  double operator()(double x, double y) const {
    const int i = static_cast<int>(std::floor(x)), j = static_cast<int>(std::floor(y));
    const auto wx = spline(x - i), wy = spline(y - j);
    double sum = 0;
    for (int b = 0; b < 4; ++b)
      for (int a = 0; a < 4; ++a) sum += wy[b] * wx[a] * cells_.v((i + a - 1 + width_) % width_, (j + b - 1 + height_) % height_);
    return sum;
  }

 private:
  const GrayScott& cells_;
  int width_, height_;
};

GrayScott grown(const Regime& regime, int width, int height, Random& random) {
  GrayScott cells(width, height, regime.feed, regime.kill);
  const int seeds = std::max(3, width * height / random.between(260, 900));
  for (int i = 0; i < seeds; ++i) cells.seed(random.below(width), random.below(height), random.between(3, 5));
  cells.step(std::min(width, height) < 90 ? regime.steps / 2 : regime.steps);
  return cells;
}

double highest(const GrayScott& cells, int width, int height) {
  float most = 0.05F;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) most = std::max(most, cells.v(x, y));
  return most;
}

}  // namespace

Painted paint_reaction_diffusion(const Brief& brief) {
  Random random(brief.seed);
  const Palette& palette = choose_palette(brief.palette, random);
  const Regime& regime = random.pick(kRegimes);
  const int least = std::clamp(static_cast<int>(0.6 * std::min(brief.width, brief.height)), 60, 230);
  const double per_unit = brief.aspect() < 1 ? least / brief.aspect() : least;  // cells per canvas unit
  const int width = std::min(2000, static_cast<int>(std::lround(per_unit * brief.aspect()))),
            height = std::min(2000, static_cast<int>(std::lround(per_unit)));
  const GrayScott cells = grown(regime, width, height, random);
  const Surface surface(cells, width, height);
  const double top = highest(cells, width, height), step = 0.5;
  const bool inverted = random.chance(0.4);
  const Vec2 light = unit(random.angle());
  Canvas canvas(brief.width, brief.height, 2);
  canvas.shade([&](double x, double y) {
    const double px = x / brief.aspect() * width, py = y * height;
    const double h = surface(px, py), dx = (surface(px + step, py) - h) / step, dy = (surface(px, py + step) - h) / step;
    const double t = smoothstep(0.06, 0.95, h / top), tilt = (dx * light.x + dy * light.y) / top;
    const double lit = std::clamp(1 + 3.0 * tilt, 0.3, 1.7), shine = 0.5 * smoothstep(0.10, 0.24, tilt) * t;
    const Rgb colour = palette.at(inverted ? 0.92 - 0.78 * t : 0.06 + 0.76 * t);
    return lit * colour + shine * palette.at(1);
  });
  vignette(canvas, 0.2);
  return {std::move(canvas), fmt::format("{} grown by reaction and diffusion, in {}", regime.name, palette.words())};
}

}  // namespace inkstone::procedural
