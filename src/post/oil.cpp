#include "post/oil.hpp"

#include <cmath>
#include <numeric>

#include "post/brush.hpp"
#include "post/flow.hpp"
#include "post/noise.hpp"

namespace inkstone::post {
namespace {

constexpr int kShortestStroke = 3, kLongestStroke = 11;  // in steps of one radius
constexpr float kSmallestBrush = 1.6f;

float difference(const Rgb& a, const Rgb& b) {
  const float r = a[0] - b[0], g = a[1] - b[1], bl = a[2] - b[2];
  return std::sqrt(r * r + g * g + bl * bl);
}

// Corner cutting (Chaikin 1974) towards a quadratic B-spline; what a thin brush does needs one round only.
std::vector<Vector2> rounded(std::vector<Vector2> path, int rounds) {
  for (int round = 0; round < rounds && path.size() > 2; ++round) {
    std::vector<Vector2> finer = {path.front()};
    for (std::size_t i = 1; i < path.size(); ++i) {
      const Vector2 a = path[i - 1], b = path[i];
      finer.push_back({mix(a.x, b.x, 0.25f), mix(a.y, b.y, 0.25f)});
      finer.push_back({mix(a.x, b.x, 0.75f), mix(a.y, b.y, 0.75f)});
    }
    finer.push_back(path.back());
    path = std::move(finer);
  }
  return path;
}

// One brush size: what it tries to reach, and the way its strokes run.
class Layer {
 public:
  Layer(const Image& target, const Canvas& canvas, const FlowField& flow, float radius, const OilOptions& options,
        std::uint64_t seed)
      : target_(target), canvas_(canvas), flow_(flow), radius_(radius), options_(options), seed_(seed) {}

  // Hertzmann's paintLayer: in each grid cell whose mean difference exceeds the threshold, a stroke starts at the worst point.
  // spacing: of the grid, in radii.
  std::vector<Stroke> strokes(float threshold, float spacing) const {
    std::vector<Stroke> result;
    const float step = std::max(1.5f, radius_ * spacing);
    for (float y = 0; y < target_.height; y += step)
      for (float x = 0; x < target_.width; x += step) {
        const Cell cell = inspect(x, y, step);
        if (cell.error > threshold) result.push_back(stroke_from(cell.x, cell.y, static_cast<int>(result.size())));
      }
    shuffle(result);
    return result;
  }

 private:
  struct Cell {
    float error;
    int x, y;
  };

  Cell inspect(float left, float top, float step) const {
    const int x1 = std::min(static_cast<int>(left + step) + 1, target_.width),
              y1 = std::min(static_cast<int>(top + step) + 1, target_.height);
    Cell cell{0, static_cast<int>(left), static_cast<int>(top)};
    float sum = 0, worst = -1;
    int count = 0;
    for (int y = static_cast<int>(top); y < y1; ++y)
      for (int x = static_cast<int>(left); x < x1; ++x, ++count) {
        const float d = difference(rgb_at(canvas_.colour, x, y), rgb_at(target_, x, y));
        sum += d;
        // The jitter breaks the grid where all points are equally wrong.
        const float jittered = d + 0.02f * uniform(seed_ + 1, x, y);
        if (jittered > worst) worst = jittered, cell.x = x, cell.y = y;
      }
    cell.error = sum / std::max(count, 1);
    return cell;
  }

  Stroke stroke_from(int x0, int y0, int number) const {
    const Rgb colour = rgb_at(target_, x0, y0);
    std::vector<Vector2> path = {{static_cast<float>(x0), static_cast<float>(y0)}};
    const float sign = uniform(seed_ + 2, x0, y0) < 0.5f ? -1.0f : 1.0f;
    Vector2 direction = flow_.tangent(x0, y0);
    direction = {sign * direction.x, sign * direction.y};
    const int longest = kLongestStroke - 3 + static_cast<int>(4 * uniform(seed_ + 3, x0, y0));
    for (int i = 0; i < longest; ++i) {
      const Vector2 at = path.back();
      const Vector2 next{at.x + radius_ * direction.x, at.y + radius_ * direction.y};
      if (next.x < -radius_ || next.y < -radius_ || next.x > target_.width + radius_ || next.y > target_.height + radius_) break;
      if (i >= kShortestStroke && leaves_its_colour(next, colour)) break;
      path.push_back(next);
      direction = turned(direction, flow_.tangent_near(next.x, next.y));
    }
    if (path.size() < 2) path.push_back({path[0].x + direction.x, path[0].y + direction.y});
    return {rounded(std::move(path), radius_ > 10 ? 2 : 1), radius_, mixed_on_palette(colour, x0, y0),
            0.03f + 0.06f * static_cast<float>(options_.vivid), seed_ + 1000 + 8 * static_cast<std::uint64_t>(number)};
  }

  bool leaves_its_colour(Vector2 p, const Rgb& colour) const {
    const int x = std::clamp(static_cast<int>(p.x), 0, target_.width - 1),
              y = std::clamp(static_cast<int>(p.y), 0, target_.height - 1);
    const Rgb wanted = rgb_at(target_, x, y);
    return difference(wanted, rgb_at(canvas_.colour, x, y)) < difference(wanted, colour);
  }

  Vector2 turned(Vector2 direction, Vector2 tangent) const {
    if (tangent.x * direction.x + tangent.y * direction.y < 0) tangent = {-tangent.x, -tangent.y};
    const float curve = static_cast<float>(options_.curve);
    const float x = mix(direction.x, tangent.x, curve), y = mix(direction.y, tangent.y, curve);
    const float length = std::max(1e-6f, std::hypot(x, y));
    return {x / length, y / length};
  }

  // A little more saturation than the photograph, and no two strokes quite alike.
  Rgb mixed_on_palette(const Rgb& c, int x, int y) const {
    const float vivid = static_cast<float>(options_.vivid);
    const float grey = luma_of(c), value = 0.20f * vivid * (uniform(seed_ + 4, x, y) - 0.5f);
    Rgb out;
    for (int k = 0; k < 3; ++k)
      out[k] = std::clamp(
          grey + (1 + 0.45f * vivid) * (c[k] - grey) + value + 0.12f * vivid * (uniform(seed_ + 5 + k, x, y) - 0.5f), 0.0f, 1.0f);
    return out;
  }

  void shuffle(std::vector<Stroke>& strokes) const {
    for (std::size_t i = strokes.size(); i > 1; --i)
      std::swap(strokes[i - 1], strokes[hash(seed_ + 9, static_cast<int>(i), 0) % i]);
  }

  const Image& target_;
  const Canvas& canvas_;
  const FlowField& flow_;
  float radius_;
  const OilOptions& options_;
  std::uint64_t seed_;
};

// The toned ground: the picture's mean, halfway to burnt umber. It glows through where no bristle touches.
Canvas toned_ground(const Image& picture) {
  Canvas canvas{Image(picture.width, picture.height, 3), Plane(picture.width, picture.height)};
  Rgb mean = {};
  for (int c = 0; c < 3; ++c) {
    const Plane plane = channel(picture, c);
    mean[c] = static_cast<float>(std::accumulate(plane.values.begin(), plane.values.end(), 0.0) / plane.values.size());
  }
  const Rgb ground = mix(mean, Rgb{0.40f, 0.26f, 0.17f}, 0.5f);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) set_rgb(canvas.colour, x, y, ground);
  return canvas;
}

}  // namespace

Image oil(const Image& picture, const OilOptions& options, std::uint64_t seed) {
  Canvas canvas = toned_ground(picture);
  const float largest =
      std::max(kSmallestBrush, static_cast<float>(std::min(picture.width, picture.height) * options.brush / 100));
  const float finest = std::max(kSmallestBrush, largest / std::exp2(1.5f + 3 * static_cast<float>(options.detail)));
  int number = 0;
  for (float radius = largest; radius >= finest * 0.999f; radius *= 0.5f, ++number) {
    const Image target = gaussian_blur(picture, 0.35f * radius);
    StructureTensor tensor = structure_tensor(gaussian_blur(picture, 0.15f * radius), std::max(3.0f, 1.2f * radius));
    fill_flat_areas(tensor, 0.06f, std::max(picture.width, picture.height) / 3.0f, seed + 50);
    const FlowField flow(tensor);
    const float threshold = number == 0 ? -1.0f : 0.14f - 0.085f * static_cast<float>(options.detail);
    const Layer layer(target, canvas, flow, radius, options, seed + 10000 * number);
    paint(canvas, layer.strokes(threshold, number == 0 ? 1.25f : 1.0f));
  }
  return lit(canvas, static_cast<float>(options.relief));
}

}  // namespace inkstone::post
