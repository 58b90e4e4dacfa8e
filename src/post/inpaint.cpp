#include "post/inpaint.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <queue>
#include <vector>

namespace inkstone::post {
namespace {

enum class Pixel : std::uint8_t { known, band, unknown };

constexpr float kFar = 1e6F;

struct Front {
  float time;
  std::int32_t pixel;
  // of equal times the first pixel, so that there is one result
  bool operator>(const Front& other) const { return time != other.time ? time > other.time : pixel > other.pixel; }
};
using Queue = std::priority_queue<Front, std::vector<Front>, std::greater<>>;

// Arrival times T of a front that starts at the edge of what is unknown and moves at unit speed, |grad T| = 1.
class March {
 public:
  March(int width, int height)
      : width_(width), height_(height), state(std::size_t(width) * std::size_t(height), Pixel::known), time(width, height) {}

  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }
  std::size_t at(int x, int y) const { return std::size_t(y) * std::size_t(width_) + std::size_t(x); }

  // Calls arrive(x, y) for each unknown pixel, nearest to the edge first, until the front is at most that far.
  template <class Arrive>
  void run(float most, const Arrive& arrive) {
    Queue front;
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        if (state[at(x, y)] == Pixel::unknown)
          time.at(x, y) = kFar;
        else if (touches_unknown(x, y))
          front.push({0, std::int32_t(at(x, y))});
      }
    while (!front.empty()) {
      const auto [reached, pixel] = front.top();
      front.pop();
      const int px = pixel % width_, py = pixel / width_;
      if (reached > time.at(px, py)) continue;
      if (reached > most) break;
      state[std::size_t(pixel)] = Pixel::known;
      for (const auto& [x, y] : {std::pair{px - 1, py}, {px + 1, py}, {px, py - 1}, {px, py + 1}}) {
        if (!inside(x, y) || state[at(x, y)] == Pixel::known) continue;
        const float when = eikonal(x, y);
        if (state[at(x, y)] == Pixel::unknown) arrive(x, y, when);
        state[at(x, y)] = Pixel::band;
        if (when >= time.at(x, y)) continue;
        time.at(x, y) = when;
        front.push({when, std::int32_t(at(x, y))});
      }
    }
  }

  const int width_, height_;
  std::vector<Pixel> state;
  Plane time;

 private:
  bool touches_unknown(int px, int py) const {
    for (const auto& [x, y] : {std::pair{px - 1, py}, {px + 1, py}, {px, py - 1}, {px, py + 1}})
      if (inside(x, y) && state[at(x, y)] == Pixel::unknown) return true;
    return false;
  }
  float settled(int x, int y) const { return inside(x, y) && state[at(x, y)] == Pixel::known ? time.at(x, y) : kFar; }
  // The earlier neighbour along each axis, upwind.
  float eikonal(int x, int y) const {
    const float a = std::min(settled(x - 1, y), settled(x + 1, y)), b = std::min(settled(x, y - 1), settled(x, y + 1));
    const float apart = a - b;
    return std::abs(apart) < 1 ? (a + b + std::sqrt(2 - apart * apart)) / 2 : std::min(a, b) + 1;
  }
};

class Filling {
 public:
  Filling(const Image& picture, const Plane& holes, int radius)
      : result_(picture),
        radius_(radius),
        inwards_(picture.width, picture.height),
        filled_(std::size_t(picture.width) * std::size_t(picture.height), 1) {
    March outwards(picture.width, picture.height);
    for (std::size_t i = 0; i < holes.values.size(); ++i) {
      const bool hole = holes.values[i] > 0.5F;
      filled_[i] = !hole;
      inwards_.state[i] = hole ? Pixel::unknown : Pixel::known;
      outwards.state[i] = hole ? Pixel::known : Pixel::unknown;
    }
    // distances outside, negative, as far as the weights look
    outwards.run(float(2 * radius), [](int, int, float) {});
    for (std::size_t i = 0; i < holes.values.size(); ++i)
      if (filled_[i]) inwards_.time.values[i] = -std::min(outwards.time.values[i], float(2 * radius));
  }

  Image run() {
    // the front starts at time 0: distances outside are looked up beside it
    outside_ = inwards_.time;
    std::fill(inwards_.time.values.begin(), inwards_.time.values.end(), 0.0F);
    inwards_.run(kFar / 2, [this](int x, int y, float when) { fill(x, y, when); });
    return std::move(result_);
  }

 private:
  bool known(int x, int y) const { return inwards_.inside(x, y) && filled_[inwards_.at(x, y)]; }
  float time_at(int x, int y) const {
    const float outside = outside_.at(x, y);
    return outside < 0 ? outside : std::min(inwards_.time.at(x, y), kFar);
  }
  // Central difference where both neighbours are known, else one-sided, else 0.
  template <class Value>
  float slope(int x, int y, int dx, int dy, const Value& value) const {
    const bool after = known(x + dx, y + dy), before = known(x - dx, y - dy);
    if (after && before) return (value(x + dx, y + dy) - value(x - dx, y - dy)) / 2;
    if (after) return value(x + dx, y + dy) - value(x, y);
    return before ? value(x, y) - value(x - dx, y - dy) : 0;
  }

  void fill(int x, int y, float when) {
    const auto time = [this](int px, int py) { return time_at(px, py); };
    float nx = 0, ny = 0;  // of the front: towards later times, from what lies behind it
    for (const auto& [dx, dy] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}})
      if (known(x + dx, y + dy)) nx -= float(dx) * (when - time(x + dx, y + dy)), ny -= float(dy) * (when - time(x + dx, y + dy));
    const float length = std::hypot(nx, ny) + 1e-6F;
    double sum[3] = {0, 0, 0}, weights = 0;
    for (int qy = y - radius_; qy <= y + radius_; ++qy)
      for (int qx = x - radius_; qx <= x + radius_; ++qx) {
        const int rx = x - qx, ry = y - qy, squared = rx * rx + ry * ry;
        if (squared == 0 || squared > radius_ * radius_ || !known(qx, qy)) continue;
        const float distance = std::sqrt(float(squared));
        const float direction = std::max(std::abs(float(rx) * nx + float(ry) * ny) / (distance * length), 1e-3F);
        const float level = 1 / (1 + std::abs(when - time(qx, qy)));
        const float weight = direction * level / float(squared);
        for (int c = 0; c < 3; ++c) {
          const auto value = [&](int px, int py) { return result_.at(px, py, c); };
          const float along = slope(qx, qy, 1, 0, value) * float(rx) + slope(qx, qy, 0, 1, value) * float(ry);
          sum[c] += double(weight) * double(value(qx, qy) + kTrust * along);
        }
        weights += double(weight);
      }
    if (weights > 0)
      for (int c = 0; c < 3; ++c) result_.at(x, y, c) = std::clamp(float(sum[c] / weights), 0.0F, 1.0F);
    filled_[inwards_.at(x, y)] = 1;
  }

  static constexpr float kTrust = 0.5F;  // in slopes, which grain and JPEG disturb

  Image result_;
  const int radius_;
  March inwards_;
  Plane outside_;
  std::vector<std::uint8_t> filled_;
};

}  // namespace

Image inpaint(const Image& picture, const Plane& holes, int radius) {
  const auto holed = std::count_if(holes.values.begin(), holes.values.end(), [](float value) { return value > 0.5F; });
  if (holed == 0 || std::size_t(holed) == holes.values.size()) return picture;
  return Filling(picture, holes, std::max(1, radius)).run();
}

}  // namespace inkstone::post
