#include "post/colour_hints.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <future>
#include <numeric>
#include <utility>
#include <vector>

#include "image/colour.hpp"

namespace inkstone::post {
namespace {

constexpr int kCoarsest = 48;    // shorter side at which the pyramid ends
constexpr double kFinest = 4e6;  // pixels; chroma of larger pictures is solved smaller and enlarged: an eye sees no difference
constexpr float kLeastAffinity = 1e-5F;  // across an edge: colours stop there, but no pixel is left without a neighbour

// Luminance, and chroma where it is known.
struct Level {
  Plane luminance, u, v, known;
};

// Half the size; a pixel is known where any of its four is, with their mean.
Level halved(const Level& fine) {
  const int w = (fine.luminance.width + 1) / 2, h = (fine.luminance.height + 1) / 2;
  Level coarse{Plane(w, h), Plane(w, h), Plane(w, h), Plane(w, h)};
  parallel_rows(h, [&](int y) {
    for (int x = 0; x < w; ++x) {
      float light = 0, u = 0, v = 0, known = 0, count = 0;
      for (int fy = 2 * y; fy < std::min(2 * y + 2, fine.luminance.height); ++fy)
        for (int fx = 2 * x; fx < std::min(2 * x + 2, fine.luminance.width); ++fx) {
          const float here = fine.known.at(fx, fy);
          light += fine.luminance.at(fx, fy), u += here * fine.u.at(fx, fy), v += here * fine.v.at(fx, fy), known += here,
              count += 1;
        }
      coarse.luminance.at(x, y) = light / count;
      if (known == 0) continue;
      coarse.u.at(x, y) = u / known, coarse.v.at(x, y) = v / known, coarse.known.at(x, y) = 1;
    }
  });
  return coarse;
}

Plane enlarged(const Plane& coarse, int width, int height) {
  Plane fine(width, height);
  const float sx = float(coarse.width) / float(width), sy = float(coarse.height) / float(height);
  parallel_rows(height, [&](int y) {
    for (int x = 0; x < width; ++x) fine.at(x, y) = sample(coarse, (float(x) + 0.5F) * sx - 0.5F, (float(y) + 0.5F) * sy - 0.5F);
  });
  return fine;
}

// Variance of the 3x3 neighbourhood.
Plane local_variance(const Plane& light) {
  Plane out(light.width, light.height);
  parallel_rows(light.height, [&](int y) {
    for (int x = 0; x < light.width; ++x) {
      float sum = 0, squares = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
          const float value = light.clamped(x + dx, y + dy);
          sum += value, squares += value * value;
        }
      out.at(x, y) = std::max(0.0F, squares / 9 - sum * sum / 81);
    }
  });
  return out;
}

// The graph of a level: each pixel and its eight neighbours. A x = D x - W x over the pixels that are not known.
class Affinities {
 public:
  explicit Affinities(const Level& level) : known_(level.known), degree_(known_.width, known_.height) {
    const auto variance = local_variance(level.luminance);
    for (std::size_t k = 0; k < kWays.size(); ++k) {
      weights_[k] = Plane(known_.width, known_.height);
      parallel_rows(known_.height, [&](int y) {
        for (int x = 0; x < known_.width; ++x) weights_[k].at(x, y) = affinity(level.luminance, variance, x, y, kWays[k]);
      });
    }
    parallel_rows(known_.height, [&](int y) {
      for (int x = 0; x < known_.width; ++x) {
        float sum = 0;
        each_neighbour(x, y, [&](int, int, float weight) { sum += weight; });
        degree_.at(x, y) = sum;
      }
    });
  }

  bool is_free(int x, int y) const { return known_.at(x, y) < 0.5F && degree_.at(x, y) > 0; }
  float degree(int x, int y) const { return degree_.at(x, y); }

  // out = (D - W) x at the free pixels, 0 elsewhere. all: x counts at known pixels too, else they are 0.
  void apply(const Plane& x, Plane& out, bool all) const {
    for (int py = 0; py < known_.height; ++py)
      for (int px = 0; px < known_.width; ++px) {
        out.at(px, py) = 0;
        if (!is_free(px, py)) continue;
        float sum = degree_.at(px, py) * x.at(px, py);
        each_neighbour(px, py, [&](int qx, int qy, float weight) {
          if (all || known_.at(qx, qy) < 0.5F) sum -= weight * x.at(qx, qy);
        });
        out.at(px, py) = sum;
      }
  }

 private:
  static constexpr std::array<std::pair<int, int>, 4> kWays = {
      {{1, 0}, {0, 1}, {1, 1}, {-1, 1}}};  // the other four are these, looked at from there

  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < known_.width && y < known_.height; }

  float affinity(const Plane& light, const Plane& variance, int x, int y, std::pair<int, int> way) const {
    const int qx = x + way.first, qy = y + way.second;
    if (!inside(qx, qy)) return 0;
    // A tenth of the share that the paper's program has: an edge of three pixels must stop colours too. The least keeps grain
    // from counting as one.
    constexpr float kShare = 0.06F, kLeast = 5e-5F;
    const float spread = std::max(kLeast, kShare * (variance.at(x, y) + variance.at(qx, qy)) / 2);
    const float apart = light.at(x, y) - light.at(qx, qy);
    return std::max(kLeastAffinity, std::exp(-apart * apart / spread));
  }

  template <class Visit>
  void each_neighbour(int x, int y, const Visit& visit) const {
    for (std::size_t k = 0; k < kWays.size(); ++k) {
      const auto [dx, dy] = kWays[k];
      if (inside(x + dx, y + dy)) visit(x + dx, y + dy, weights_[k].at(x, y));
      if (inside(x - dx, y - dy)) visit(x - dx, y - dy, weights_[k].at(x - dx, y - dy));
    }
  }

  const Plane& known_;
  std::array<Plane, kWays.size()> weights_;
  Plane degree_;
};

double dot(const Plane& a, const Plane& b) {
  return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0);
}

void add_scaled(Plane& to, const Plane& what, float factor) {
  for (std::size_t i = 0; i < to.values.size(); ++i) to.values[i] += factor * what.values[i];
}

Plane preconditioned(const Affinities& graph, const Plane& residual) {
  Plane z(residual.width, residual.height);
  for (int y = 0; y < z.height; ++y)
    for (int x = 0; x < z.width; ++x) z.at(x, y) = graph.is_free(x, y) ? residual.at(x, y) / graph.degree(x, y) : 0;
  return z;
}

// Conjugate gradients with Jacobi's preconditioner, from x as it is; known pixels of x stay.
void solve(const Affinities& graph, Plane& x, int most_steps) {
  constexpr double kEnough = 1e-10;  // of the first residual, squared
  Plane residual(x.width, x.height), image(x.width, x.height);
  graph.apply(x, residual, true);
  for (auto& value : residual.values) value = -value;
  auto z = preconditioned(graph, residual);
  auto way = z;
  double energy = dot(residual, z);
  const double first = energy;
  for (int step = 0; step < most_steps && energy > kEnough * first && energy > 1e-20; ++step) {
    graph.apply(way, image, false);
    const double curvature = dot(way, image);
    if (!(curvature > 0)) break;
    const auto length = float(energy / curvature);
    add_scaled(x, way, length);
    add_scaled(residual, image, -length);
    z = preconditioned(graph, residual);
    const double next = dot(residual, z);
    const auto turn = float(next / energy);
    for (std::size_t i = 0; i < way.values.size(); ++i) way.values[i] = z.values[i] + turn * way.values[i];
    energy = next;
  }
}

struct Chroma {
  Plane u, v;
};

Plane started(const Plane& known, const Plane& given, const Plane& guess) {
  auto start = guess;
  for (std::size_t i = 0; i < start.values.size(); ++i)
    if (known.values[i] > 0.5F) start.values[i] = given.values[i];
  return start;
}

Chroma spread_out(const Level& level) {
  const int w = level.luminance.width, h = level.luminance.height;
  Chroma guess{Plane(w, h), Plane(w, h)};
  const bool coarsest = std::min(w, h) <= kCoarsest;
  if (!coarsest) {
    const auto below = spread_out(halved(level));
    guess = {enlarged(below.u, w, h), enlarged(below.v, w, h)};
  }
  const Affinities graph(level);
  Chroma found{started(level.known, level.u, guess.u), started(level.known, level.v, guess.v)};
  const int steps = coarsest ? 2000 : 200;
  auto other = std::async(std::launch::async, [&] { solve(graph, found.u, steps); });
  solve(graph, found.v, steps);
  other.get();
  return found;
}

Level level_of(const Image& picture, const Image& hints, const Plane& marks) {
  const int w = picture.width, h = picture.height;
  Level level{Plane(w, h), Plane(w, h), Plane(w, h), Plane(w, h)};
  parallel_rows(h, [&](int y) {
    for (int x = 0; x < w; ++x) {
      level.luminance.at(x, y) = rgb_to_yuv(rgb_at(picture, x, y))[0];
      if (marks.at(x, y) <= 0.5F) continue;
      const auto yuv = rgb_to_yuv(rgb_at(hints, x, y));
      level.u.at(x, y) = yuv[1], level.v.at(x, y) = yuv[2], level.known.at(x, y) = 1;
    }
  });
  return level;
}

}  // namespace

Plane marked_colours(const Image& hints) {
  constexpr float kColoured = 0.06F;
  Plane marks(hints.width, hints.height);
  parallel_rows(hints.height, [&](int y) {
    for (int x = 0; x < hints.width; ++x) {
      const auto c = rgb_at(hints, x, y);
      const bool says = hints.channels == 4 ? hints.at(x, y, 3) > 0.5F
                                            : std::max({c[0], c[1], c[2]}) - std::min({c[0], c[1], c[2]}) > kColoured;
      marks.at(x, y) = says ? 1.0F : 0.0F;
    }
  });
  return marks;
}

Image colour_by_hints(const Image& picture, const Image& hints, const Plane& marks) {
  auto level = level_of(picture, hints, marks);
  const auto luminance = level.luminance;
  while (double(level.luminance.width) * level.luminance.height > kFinest) level = halved(level);
  auto chroma = spread_out(level);
  if (chroma.u.width != picture.width)
    chroma = {enlarged(chroma.u, picture.width, picture.height), enlarged(chroma.v, picture.width, picture.height)};
  Image result = picture;
  parallel_rows(picture.height, [&](int y) {
    for (int x = 0; x < picture.width; ++x)
      set_rgb(result, x, y, yuv_to_rgb({luminance.at(x, y), chroma.u.at(x, y), chroma.v.at(x, y)}));
  });
  return result;
}

}  // namespace inkstone::post
