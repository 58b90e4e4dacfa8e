#include "data/procedural/flame.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "data/procedural/palette.hpp"
#include "data/procedural/variations.hpp"

namespace inkstone::procedural {
namespace {

struct Transform {
  Vec2 x_axis, y_axis, offset;  // columns of the affine part
  std::array<Variation, 2> shapes;
  std::array<double, 2> amounts = {1, 0};
  double colour = 0, upto = 1;  // upto: cumulative probability

  Vec2 operator()(Vec2 p) const {
    const Vec2 q = p.x * x_axis + p.y * y_axis + offset;
    const Vec2 first = amounts[0] * shapes[0].map(q);
    return amounts[1] == 0 ? first : first + amounts[1] * shapes[1].map(q);
  }
};

struct Genome {
  std::vector<Transform> transforms;
  int symmetry = 1;  // turns by 360/symmetry degrees
};

Transform random_transform(Random& random) {
  Transform t;
  const double turn = random.angle(), shear = random.uniform(-0.7, 0.7), s = random.uniform(0.45, 1.0),
               u = random.uniform(0.45, 1.0);
  t.x_axis = s * unit(turn);
  t.y_axis = u * unit(turn + std::numbers::pi / 2 + shear);
  t.offset = {random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9)};
  for (auto& shape : t.shapes) shape = random.pick(variations());
  if (random.chance(0.4)) t.amounts = {random.uniform(0.4, 0.8), random.uniform(0.2, 0.5)};
  return t;
}

Genome random_genome(Random& random) {
  Genome genome;
  const int count = random.between(2, 4);
  for (int i = 0; i < count; ++i) {
    genome.transforms.push_back(random_transform(random));
    genome.transforms.back().colour = count == 1 ? 0.5 : static_cast<double>(i) / (count - 1);
    genome.transforms.back().upto = (i + 1.0) / count;
  }
  if (random.chance(0.45)) genome.symmetry = random.between(2, 6);
  return genome;
}

class Walk {
 public:
  Walk(const Genome& genome, std::uint64_t seed) : genome_(genome), random_(seed) {
    for (int i = 0; i < 30; ++i) step();
  }
  void step() {
    const double u = random_.uniform();
    const auto& chosen =
        *std::find_if(genome_.transforms.begin(), genome_.transforms.end() - 1, [&](const Transform& t) { return u < t.upto; });
    inner_ = chosen(inner_);
    colour = 0.5 * (colour + chosen.colour);
    if (!(std::abs(inner_.x) + std::abs(inner_.y) < 1e6))
      inner_ = {random_.uniform(-1, 1), random_.uniform(-1, 1)};  // flown away
    place = genome_.symmetry == 1 ? inner_
                                  : rotated(inner_, 2 * std::numbers::pi * random_.below(genome_.symmetry) / genome_.symmetry);
  }
  Vec2 place;
  double colour = 0.5;

 private:
  const Genome& genome_;
  Random random_;
  Vec2 inner_ = {0.3, 0.2};
};

struct FlameFrame {
  Vec2 centre;
  double scale = 1;  // canvas units per unit of the plane
  double score = -1;
};

double middle_of(std::vector<double>& values, double low, double high, double* extent) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double q) { return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))]; };
  *extent = std::max(1e-4, at(high) - at(low));
  return 0.5 * (at(low) + at(high));
}

// Entropy of where the points of the framed picture fall, on a grid of 24x24: flat dust and single dots both score low.
double evenness(const std::vector<Vec2>& points, const FlameFrame& frame, double aspect) {
  constexpr int kSide = 24;
  std::array<int, kSide* kSide> counts = {};
  int inside = 0;
  for (const Vec2 p : points) {
    const Vec2 q = frame.scale * (p - frame.centre);
    const int x = static_cast<int>((q.x / aspect + 0.5) * kSide), y = static_cast<int>((q.y + 0.5) * kSide);
    if (x < 0 || y < 0 || x >= kSide || y >= kSide) continue;
    ++counts[y * kSide + x];
    ++inside;
  }
  double entropy = 0;
  for (const int n : counts)
    if (n > 0) entropy -= n * std::log2(static_cast<double>(n) / inside) / inside;
  return inside < 200 ? -1 : 9 - std::abs(entropy - 7.3);  // of log2(576) = 9.2 for even dust
}

FlameFrame framed(const Genome& genome, double aspect) {
  Walk walk(genome, 1);
  std::vector<Vec2> points;
  std::vector<double> xs, ys;
  for (int i = 0; i < 3000; ++i, walk.step()) {
    points.push_back(walk.place);
    xs.push_back(walk.place.x);
    ys.push_back(walk.place.y);
  }
  FlameFrame frame;
  double wide = 1, high = 1;
  frame.centre = {middle_of(xs, 0.03, 0.97, &wide), middle_of(ys, 0.03, 0.97, &high)};
  frame.scale = 0.82 * std::min(aspect / wide, 1 / high);
  frame.score = evenness(points, frame, aspect) - 0.5 * std::abs(std::log2(wide / high));
  return frame;
}

struct Choice {
  Genome genome;
  FlameFrame frame;
};

Choice best_of(int candidates, double aspect, Random& random) {
  Choice best;
  for (int i = 0; i < candidates; ++i) {
    Genome genome = random_genome(random);
    const FlameFrame frame = framed(genome, aspect);
    if (i == 0 || frame.score > best.frame.score) best = {std::move(genome), frame};
  }
  return best;
}

struct Bin {
  float count = 0;
  Rgb colour;
};

using Histogram = std::vector<Bin>;

Histogram walked(const Choice& choice, const Palette& palette, const Canvas& canvas, std::uint64_t seed) {
  Histogram bins(static_cast<std::size_t>(canvas.columns()) * canvas.rows());
  Walk walk(choice.genome, seed);
  const std::int64_t points = std::min<std::int64_t>(7'000'000, 10 * std::int64_t(canvas.columns()) * canvas.rows());
  for (std::int64_t i = 0; i < points; ++i, walk.step()) {
    const Vec2 p = canvas.rows() * (choice.frame.scale * (walk.place - choice.frame.centre) + Vec2{0.5 * canvas.aspect(), 0.5});
    if (!(p.x >= 0 && p.y >= 0 && p.x < canvas.columns() && p.y < canvas.rows())) continue;
    auto& bin = bins[static_cast<std::size_t>(p.y) * canvas.columns() + static_cast<std::size_t>(p.x)];
    bin.count += 1;
    bin.colour += palette.at(0.28 + 0.72 * walk.colour);
  }
  return bins;
}

// The mean over a window that widens where few points fell.
Bin estimated(const Histogram& bins, const Canvas& canvas, int x, int y) {
  const Bin& centre = bins[static_cast<std::size_t>(y) * canvas.columns() + x];
  const int reach = centre.count > 24 ? 0 : centre.count > 6 ? 1 : 2;
  if (reach == 0) return centre;
  Bin sum;
  int weight = 0;
  for (int j = -reach; j <= reach; ++j)
    for (int i = -reach; i <= reach; ++i) {
      if (!canvas.contains(x + i, y + j)) continue;
      const Bin& bin = bins[static_cast<std::size_t>(y + j) * canvas.columns() + x + i];
      sum.count += bin.count;
      sum.colour += bin.colour;
      ++weight;
    }
  return {sum.count / static_cast<float>(weight), (1.0 / weight) * sum.colour};
}

// The count that shows as full light.
double bright_count(const Histogram& bins) {
  std::vector<float> counts;
  for (const auto& bin : bins)
    if (bin.count > 0) counts.push_back(bin.count);
  if (counts.empty()) return 1;
  const auto place = counts.begin() + static_cast<std::ptrdiff_t>(0.985 * static_cast<double>(counts.size() - 1));
  std::nth_element(counts.begin(), place, counts.end());
  return std::max(4.0F, *place);
}

}  // namespace

Painted paint_flame(const Brief& brief) {
  constexpr int kCandidates = 8;
  Random random(brief.seed);
  const Palette& palette = choose_palette(brief.palette, random);
  const Choice choice = best_of(kCandidates, brief.aspect(), random);
  Canvas canvas(brief.width, brief.height, 2);
  const Histogram bins = walked(choice, palette, canvas, random.bits());
  const double bright = bright_count(bins), gamma = 1 / random.uniform(0.8, 1.05);
  const Rgb ground = 0.35 * palette.at(0.03);
  canvas.shade([&](double x, double y) {
    const Bin bin = estimated(bins, canvas, static_cast<int>(x * canvas.rows()), static_cast<int>(y * canvas.rows()));
    if (bin.count <= 0) return ground;
    const double density = std::log1p(bin.count) / std::log1p(bright), light = std::pow(density, 1.7 * gamma);
    const Rgb hue = (1.0 / bin.count) * bin.colour;
    return ground + 1.15 * light * mix(hue, {1, 1, 1}, 0.25 * smoothstep(0.9, 1.5, density));
  });
  bloom(canvas, 0.5, 0.03, 0.3);
  const auto turns = choice.genome.symmetry > 1 ? fmt::format(" with {}-fold symmetry", choice.genome.symmetry) : std::string();
  return {std::move(canvas),
          fmt::format("a fractal flame of {} and {} forms{}, in {}", choice.genome.transforms.front().shapes[0].name,
                      choice.genome.transforms.back().shapes[0].name, turns, palette.words()),
          Tone::filmic};
}

}  // namespace inkstone::procedural
