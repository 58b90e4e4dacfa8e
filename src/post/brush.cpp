#include "post/brush.hpp"

#include <cmath>
#include <limits>

#include "post/noise.hpp"

namespace inkstone::post {
namespace {

struct Box {
  int x0, y0, x1, y1;  // half open
};

Box bounds_of(const std::vector<Vector2>& path, float margin, int width, int begin, int end) {
  float x0 = 1e9f, y0 = 1e9f, x1 = -1e9f, y1 = -1e9f;
  for (const Vector2& p : path) {
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  return {std::max(0, static_cast<int>(std::floor(x0 - margin))), std::max(begin, static_cast<int>(std::floor(y0 - margin))),
          std::min(width, static_cast<int>(std::ceil(x1 + margin)) + 1),
          std::min(end, static_cast<int>(std::ceil(y1 + margin)) + 1)};
}

// Where a pixel lies in a stroke: u along it in pixels from its first point, v across it from -1 to 1.
struct StrokePoint {
  float distance = std::numeric_limits<float>::max();
  float u = 0, v = 0;
};

// The x in [low, high]; empty when low > high.
struct Interval {
  float low, high;

  // Keeps where least <= slope * x + offset <= most.
  void clip(float slope, float offset, float least, float most) {
    if (std::abs(slope) < 1e-5f) {
      if (offset < least || offset > most) high = low - 1;
      return;
    }
    const float p = (least - offset) / slope, q = (most - offset) / slope;
    low = std::max(low, std::min(p, q));
    high = std::min(high, std::max(p, q));
  }
};

// Lays strokes on rows [begin, end) of the canvas.
class Painter {
 public:
  Painter(Canvas& canvas, int begin, int end) : canvas_(canvas), begin_(begin), end_(end) {}

  void lay(const Stroke& stroke) {
    const float tip = kTip * stroke.radius;
    box_ = bounds_of(stroke.path, stroke.radius + tip, canvas_.colour.width, begin_, end_);
    if (box_.x0 >= box_.x1 || box_.y0 >= box_.y1) return;
    const float length = project(stroke, tip);
    load_ = std::pow(stroke.radius, 0.6f);
    const std::size_t width = box_.x1 - box_.x0;
    for (int y = box_.y0; y < box_.y1; ++y)
      for (int x = box_.x0; x < box_.x1; ++x) {
        const StrokePoint& p = points_[(y - box_.y0) * width + x - box_.x0];
        if (p.distance < 1) touch(stroke, length, p, x, y);
      }
  }

 private:
  static constexpr float kBend = 0.3f;  // in radii: covers the wedge at a bend of 30 degrees
  static constexpr float kTip = 0.9f;   // how far single bristles run on past the ends, in radii

  // Nearest segment of the path for each pixel of the box; the first and the last one are prolonged by tip.
  float project(const Stroke& stroke, float tip) {
    points_.assign(std::size_t(box_.x1 - box_.x0) * (box_.y1 - box_.y0), StrokePoint{});
    float u = 0;
    for (std::size_t i = 1; i < stroke.path.size(); ++i) {
      const Vector2 a = stroke.path[i - 1], b = stroke.path[i];
      const float length = std::max(1e-3f, std::hypot(b.x - a.x, b.y - a.y));
      const float before = i == 1 ? tip : 0, after = i + 1 == stroke.path.size() ? tip : 0;
      project_segment(a, {(b.x - a.x) / length, (b.y - a.y) / length}, -before, length + after, u, stroke.radius);
      u += length;
    }
    return u;
  }

  // Visits only the turned rectangle of the segment: a little longer than it, so that bends leave no gap.
  void project_segment(Vector2 a, Vector2 along, float from, float to, float u0, float radius) {
    const float slack = kBend * radius;
    const int width = box_.x1 - box_.x0;
    for (int y = box_.y0; y < box_.y1; ++y) {
      const float dy = y - a.y;
      Interval range{static_cast<float>(box_.x0) - a.x, static_cast<float>(box_.x1 - 1) - a.x};
      range.clip(along.x, dy * along.y, from - slack, to + slack);
      range.clip(-along.y, dy * along.x, -radius, radius);
      const int last = static_cast<int>(std::floor(range.high + a.x));
      for (int x = static_cast<int>(std::ceil(range.low + a.x)); x <= last; ++x) {
        const float dx = x - a.x;
        const float t = dx * along.x + dy * along.y, inside = std::clamp(t, from, to);
        const float across = dy * along.x - dx * along.y, over = t - inside;
        const float distance = std::sqrt(across * across + over * over) / radius;
        StrokePoint& point = points_[std::size_t(y - box_.y0) * width + x - box_.x0];
        if (distance < point.distance) point = {distance, u0 + inside, std::clamp(across / radius, -1.0f, 1.0f)};
      }
    }
  }

  void touch(const Stroke& stroke, float length, const StrokePoint& p, int x, int y) {
    const float r = stroke.radius;
    // One bristle in 1.8 pixels, at least four: thin brushes are smooth, wide ones furrowed.
    const float bristles = std::max(2.0f, r / 1.8f);
    const float lane = p.v * bristles;
    const float bristle =
        0.7f * smooth_noise(stroke.seed, lane, p.u / (9 * r)) + 0.3f * smooth_noise(stroke.seed + 1, 2.3f * lane, p.u / (5 * r));
    const float aa = std::max(1.0f, 0.12f * r);
    float cover = std::clamp((1 - p.distance + 0.18f * (bristle - 0.5f)) * r / aa, 0.0f, 1.0f);
    if (p.u < aa || p.u > length - aa) cover *= ragged_end(stroke, length, lane, p.u, aa);
    // The brush runs dry: towards the end the thinner bristles leave gaps.
    const float dry = std::clamp((p.u / (length + r) - 0.55f) / 0.45f, 0.0f, 1.0f);
    cover *= 1 - smoothstep(0.0f, 0.25f, 0.42f * dry - bristle);
    if (cover <= 0) return;
    const float shade = stroke.vary * (bristle - 0.5f) * 2;
    const Rgb paint = {stroke.colour[0] + shade, stroke.colour[1] + shade, stroke.colour[2] + 0.8f * shade};
    set_rgb(canvas_.colour, x, y, mix(rgb_at(canvas_.colour, x, y), paint, cover));
    const float ridge = 0.35f * smoothstep(0.55f, 0.9f, std::abs(p.v)) * (1 - smoothstep(0.9f, 1.0f, std::abs(p.v)));
    const float thickness =
        (0.25f + 0.75f * bristle + ridge) * std::sqrt(std::max(0.0f, 1 - p.distance * p.distance * p.distance));
    float& height = canvas_.height.at(x, y);
    height = mix(height, 0.3f * height + thickness * load_, cover);
  }

  // Each bristle starts and lifts at its own place.
  static float ragged_end(const Stroke& stroke, float length, float lane, float u, float aa) {
    const float reach = kTip * stroke.radius * (0.15f + 0.85f * smooth_noise(stroke.seed + 2, 0.7f * lane, 0));
    const float start = kTip * stroke.radius * (0.1f + 0.5f * smooth_noise(stroke.seed + 3, 0.7f * lane, 0));
    return std::clamp((length + reach - u) / aa, 0.0f, 1.0f) * std::clamp((u + start) / aa, 0.0f, 1.0f);
  }

  Canvas& canvas_;
  int begin_, end_;
  float load_ = 1;  // thickness of the paint that a brush of this size leaves
  Box box_{};
  std::vector<StrokePoint> points_;
};

}  // namespace

void paint(Canvas& canvas, const std::vector<Stroke>& strokes) {
  parallel_stripes(canvas.height.height, [&](int begin, int end) {
    Painter painter(canvas, begin, end);
    for (const Stroke& stroke : strokes) painter.lay(stroke);
  });
}

Image lit(const Canvas& canvas, float relief) {
  const Plane h = gaussian_blur(canvas.height, 0.6f);
  Image result = canvas.colour;
  parallel_rows(h.height, [&](int y) {
    for (int x = 0; x < h.width; ++x) {
      const float gx = (h.clamped(x + 1, y) - h.clamped(x - 1, y)) / 2, gy = (h.clamped(x, y + 1) - h.clamped(x, y - 1)) / 2;
      // Slope towards the light at the top left, saturating so that no furrow turns black.
      const float slope = std::tanh(0.55f * (0.6f * gx + 0.8f * gy));
      const float shade = 1 + relief * 0.36f * slope;
      const float gloss = relief * 0.20f * std::pow(std::max(0.0f, slope), 3.0f);
      const Rgb c = rgb_at(canvas.colour, x, y);
      set_rgb(result, x, y, {c[0] * shade + gloss, c[1] * shade + gloss, c[2] * shade + gloss});
    }
  });
  return result;
}

}  // namespace inkstone::post
