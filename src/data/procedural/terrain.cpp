#include "data/procedural/terrain.hpp"

#include <algorithm>
#include <cmath>

#include "data/procedural/rows.hpp"

namespace inkstone::procedural {

Terrain::Terrain(int side, const std::function<double(double, double)>& height)
    : side_(side), heights_(static_cast<std::size_t>(side) * side) {
  for_rows(side, 8 * side, [&](int y) {
    for (int x = 0; x < side; ++x)
      heights_[static_cast<std::size_t>(y) * side + x] = static_cast<float>(height((x + 0.5) / side, (y + 0.5) / side));
  });
}

double Terrain::sampled(const std::vector<float>& field, double x, double y) const {
  const double px = std::clamp(x * side_ - 0.5, 0.0, side_ - 1.001), py = std::clamp(y * side_ - 0.5, 0.0, side_ - 1.001);
  const int i = static_cast<int>(px), j = static_cast<int>(py);
  const float* at = &field[static_cast<std::size_t>(j) * side_ + i];
  const double u = px - i, v = py - j;
  return mix(mix(at[0], at[1], u), mix(at[side_], at[side_ + 1], u), v);
}

Vec3 Terrain::normal(double x, double y) const {
  const double step = 1.0 / side_;
  return normalized({height(x - step, y) - height(x + step, y), height(x, y - step) - height(x, y + step), 2 * step});
}

double Terrain::total() const {
  double sum = 0;
  for (const float h : heights_) sum += h;
  return sum;
}

void Terrain::add(Vec2 place, double amount) {
  const int i = static_cast<int>(place.x), j = static_cast<int>(place.y);
  const double u = place.x - i, v = place.y - j;
  float* at = &heights_[static_cast<std::size_t>(j) * side_ + i];
  at[0] += static_cast<float>(amount * (1 - u) * (1 - v));
  at[1] += static_cast<float>(amount * u * (1 - v));
  at[side_] += static_cast<float>(amount * (1 - u) * v);
  at[side_ + 1] += static_cast<float>(amount * u * v);
}

void Terrain::roll_drop(Random& random) {
  constexpr double kInertia = 0.1, kCapacity = 5.0, kErode = 0.25, kDeposit = 0.25, kEvaporate = 0.03;
  constexpr int kLongest = 40;
  Vec2 place = {random.uniform(1, side_ - 2), random.uniform(1, side_ - 2)}, way;
  double water = 1, soil = 0, speed = 1;
  const auto height_at = [&](Vec2 p) { return height((p.x + 0.5) / side_, (p.y + 0.5) / side_); };
  for (int i = 0; i < kLongest; ++i) {
    const double here = height_at(place);
    const Vec2 slope = {height_at(place + Vec2{0.5, 0}) - height_at(place - Vec2{0.5, 0}),
                        height_at(place + Vec2{0, 0.5}) - height_at(place - Vec2{0, 0.5})};
    way = kInertia * way - (1 - kInertia) * slope;
    const double size = length(way);
    if (size < 1e-9) break;
    way = (1 / size) * way;
    const Vec2 next = place + way;
    if (!(next.x >= 1 && next.y >= 1 && next.x < side_ - 2 && next.y < side_ - 2)) break;
    const double fall = here - height_at(next), room = std::max(fall, 0.002 / side_) * kCapacity * speed * water;
    // never more than the fall itself: a drop fills a pit or digs down to its next place
    const double change = fall < 0      ? std::min(soil, -fall)
                          : soil > room ? (soil - room) * kDeposit
                                        : -std::min((room - soil) * kErode, fall);
    add(place, change);
    soil -= change;
    speed = std::sqrt(std::max(0.05, speed * speed + 12 * fall));
    water *= 1 - kEvaporate;
    place = next;
  }
  add(place, soil);
}

void Terrain::erode(int drops, Random random) {
  for (int i = 0; i < drops; ++i) roll_drop(random);
}

void Terrain::cast_shadows(Vec2 towards_sun, double rise) {
  light_.assign(heights_.size(), 1.0F);
  const double step = 1.5 / side_;
  for_rows(side_, 20 * side_, [&](int y) {
    for (int x = 0; x < side_; ++x) {
      const Vec2 start = {(x + 0.5) / side_, (y + 0.5) / side_};
      const double base = height(start.x, start.y);
      double clear = 1;
      for (int i = 2; i < 36 && clear > 0; i += 1 + i / 8) {
        const Vec2 p = start + (i * step) * towards_sun;
        const double over = base + i * step * rise - height(p.x, p.y);
        clear = std::min(clear, clamp01(1 + over / (0.25 * i * step)));
      }
      light_[static_cast<std::size_t>(y) * side_ + x] = static_cast<float>(clear);
    }
  });
}

}  // namespace inkstone::procedural
