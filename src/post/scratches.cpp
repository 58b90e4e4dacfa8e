#include "post/scratches.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "post/box_filter.hpp"

namespace inkstone::post {
namespace {

enum class Tone { light, dark };

// The largest of each row's window of side 2 radius + 1, then of each column's.
Plane dilated(const Plane& plane, int radius) {
  Plane rows(plane.width, plane.height), out(plane.width, plane.height);
  parallel_rows(plane.height, [&](int y) {
    for (int x = 0; x < plane.width; ++x) {
      const int first = std::max(0, x - radius), last = std::min(plane.width - 1, x + radius);
      rows.at(x, y) = *std::max_element(plane.row(y) + first, plane.row(y) + last + 1);
    }
  });
  parallel_rows(plane.height, [&](int y) {
    const int first = std::max(0, y - radius), last = std::min(plane.height - 1, y + radius);
    for (int x = 0; x < plane.width; ++x) {
      float most = rows.at(x, first);
      for (int k = first + 1; k <= last; ++k) most = std::max(most, rows.at(x, k));
      out.at(x, y) = most;
    }
  });
  return out;
}

Plane negated(Plane plane) {
  for (auto& value : plane.values) value = -value;
  return plane;
}

// What is lighter than the surroundings and thinner than the window: plane - opening.
Plane top_hat(const Plane& plane, int radius) {
  const auto opened = dilated(negated(dilated(negated(plane), radius)), radius);
  Plane hat(plane.width, plane.height);
  for (std::size_t i = 0; i < hat.values.size(); ++i) hat.values[i] = plane.values[i] - opened.values[i];
  return hat;
}

// Damage is neutral: light in every channel, or dark in every channel; negated where it is dark, so that it is always a peak.
Plane tones(const Image& picture, Tone tone) {
  Plane plane(picture.width, picture.height);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const auto c = rgb_at(picture, x, y);
      plane.at(x, y) = tone == Tone::light ? std::min({c[0], c[1], c[2]}) : -std::max({c[0], c[1], c[2]});
    }
  return plane;
}

float upper_quantile(const Plane& plane, double share) {
  auto values = plane.values;
  const auto place = values.begin() + std::ptrdiff_t((1 - share) * double(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

struct Limits {
  int radius;      // of the top-hat: half the width of the widest scratch
  int company;     // radius in which texture is looked for
  float least;     // contrast
  float above;     // times the contrast around
  double extreme;  // share of the tones that count as an end
  float crowded;   // share of candidates around from which on it is texture
  float apart;     // how much its two sides may differ, of its contrast: else it is the rim of something
};

Limits limits_for(const Image& picture, double sensitivity) {
  const int longer = std::max(picture.width, picture.height), radius = std::clamp(int(std::lround(longer / 300.0)), 2, 12);
  const auto s = float(sensitivity);
  return {radius, 10 * radius, 0.14F - 0.10F * s, 6.0F - 3.0F * s, 0.01 + 0.06 * sensitivity, 0.05F + 0.08F * s, 0.2F + 0.5F * s};
}

// One connected set of candidates, as an ellipse.
struct Blob {
  std::vector<std::int32_t> pixels;
  double length = 0, width = 0;  // as of a bar
  float along_x = 1, along_y = 0;
  float strongest = 0;  // contrast over what is asked of a seed
};

void measure(Blob& blob, int width) {
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  const auto count = double(blob.pixels.size());
  for (const auto pixel : blob.pixels) {
    const double px = pixel % width, py = pixel / width;
    x += px, y += py, xx += px * px, yy += py * py, xy += px * py;
  }
  x /= count, y /= count, xx = xx / count - x * x + 1.0 / 12, yy = yy / count - y * y + 1.0 / 12, xy = xy / count - x * y;
  const double middle = (xx + yy) / 2, apart = std::sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
  blob.length = std::sqrt(12 * (middle + apart));
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  blob.along_x = float(std::cos(angle)), blob.along_y = float(std::sin(angle));
  blob.width = std::max(1.0, count / std::max(1.0, blob.length));
}

// Pixels above 1 with all that is connected to them above one half (Canny's hysteresis).
std::vector<Blob> blobs_of(const Plane& evidence) {
  std::vector<Blob> blobs;
  std::vector<std::uint8_t> seen(evidence.values.size(), 0);
  const int w = evidence.width, h = evidence.height;
  for (std::int32_t start = 0; start < std::int32_t(evidence.values.size()); ++start) {
    if (seen[std::size_t(start)] || evidence.values[std::size_t(start)] < 1) continue;
    Blob blob;
    blob.pixels.push_back(start);
    seen[std::size_t(start)] = 1;
    for (std::size_t k = 0; k < blob.pixels.size(); ++k) {
      const int x = blob.pixels[k] % w, y = blob.pixels[k] / w;
      blob.strongest = std::max(blob.strongest, evidence.at(x, y));
      for (int ny = std::max(0, y - 1); ny <= std::min(h - 1, y + 1); ++ny)
        for (int nx = std::max(0, x - 1); nx <= std::min(w - 1, x + 1); ++nx) {
          const auto next = std::size_t(ny) * std::size_t(w) + std::size_t(nx);
          if (seen[next] || evidence.values[next] < 0.5F) continue;
          seen[next] = 1;
          blob.pixels.push_back(std::int32_t(next));
        }
    }
    measure(blob, w);
    blobs.push_back(std::move(blob));
  }
  return blobs;
}

// Contrast over what is asked for at each place; 0 where the tone is not at the end of the range.
Plane evidence_of(const Plane& tone, const Limits& limits) {
  auto hat = top_hat(tone, limits.radius);
  const auto around = box_mean(hat, limits.company);
  const float end = upper_quantile(tone, limits.extreme);
  for (std::size_t i = 0; i < hat.values.size(); ++i) {
    const float asked = std::max(limits.least, limits.above * around.values[i]);
    hat.values[i] = tone.values[i] < end - 0.3F * hat.values[i] ? 0 : hat.values[i] / asked;
  }
  return hat;
}

// How much of the surroundings is candidates too, a blob's own pixels left out: hair and grass are full of them.
float company_of(const Blob& blob, const Plane& candidates, const Limits& limits) {
  const auto middle = std::size_t(blob.pixels[blob.pixels.size() / 2]);
  const double window = std::pow(2.0 * limits.company + 1, 2);
  const double own = std::min(double(blob.pixels.size()), 2.0 * limits.company * blob.width);
  return float(std::max(0.0, candidates.values[middle] * window - own) / window);
}

// A peak between two sides that are alike, as what lies on the photograph is; not the rim of something in it, nor its frame.
bool lies_on_top(const Blob& blob, const Plane& tone, const Limits& limits) {
  const float reach = float(blob.width) / 2 + float(limits.radius) + 1;
  const auto step = std::max<std::size_t>(1, blob.pixels.size() / 200);
  double peak = 0, apart = 0, edge = 0, count = 0;
  for (std::size_t k = 0; k < blob.pixels.size(); k += step, ++count) {
    const int x = blob.pixels[k] % tone.width, y = blob.pixels[k] / tone.width;
    const auto beside = [&](float away) { return sample(tone, float(x) - blob.along_y * away, float(y) + blob.along_x * away); };
    const float left = beside(-reach), right = beside(reach);
    peak += double(tone.at(x, y) - std::max(left, right)), apart += double(std::abs(left - right));
    edge += std::min({x, y, tone.width - 1 - x, tone.height - 1 - y});
  }
  return peak > 0.5 * double(limits.least) * count && apart < double(limits.apart) * peak && edge > limits.radius * count;
}

// How much a pixel's surroundings run along a direction: the angle of least change, of the structure tensor (Foerstner and Guelch
// 1987).
Plane directions_of(const Plane& tone, int radius) {
  Plane xx(tone.width, tone.height), yy = xx, xy = xx;
  parallel_rows(tone.height, [&](int y) {
    for (int x = 0; x < tone.width; ++x) {
      const float dx = tone.clamped(x + 1, y) - tone.clamped(x - 1, y), dy = tone.clamped(x, y + 1) - tone.clamped(x, y - 1);
      xx.at(x, y) = dx * dx, yy.at(x, y) = dy * dy, xy.at(x, y) = dx * dy;
    }
  });
  const auto a = gaussian_blur(xx, float(radius)), b = gaussian_blur(yy, float(radius)), c = gaussian_blur(xy, float(radius));
  for (std::size_t i = 0; i < xx.values.size(); ++i)
    xx.values[i] = 0.5F * std::atan2(2 * c.values[i], a.values[i] - b.values[i]) + std::numbers::pi_v<float> / 2;
  return xx;
}

// Evidence that runs within some 25 degrees of an angle: so lines that cross come apart.
Plane running(const Plane& evidence, const Plane& directions, float angle) {
  constexpr float kWithin = 0.91F;  // cosine
  Plane kept = evidence;
  for (std::size_t i = 0; i < kept.values.size(); ++i)
    if (kept.values[i] > 0 && std::abs(std::cos(directions.values[i] - angle)) < kWithin) kept.values[i] = 0;
  return kept;
}

bool is_line(const Blob& blob, const Limits& limits) {
  return blob.width <= 2.0 * limits.radius + 1 && blob.length >= 10.0 * limits.radius && blob.length >= 7 * blob.width;
}

bool is_spot(const Blob& blob, const Limits& limits) {
  const double most = 3.0 * limits.radius + 1;
  return blob.length <= 2.5 * blob.width + 2 && blob.length <= most && blob.pixels.size() >= 3 && blob.strongest >= 2;
}

// Pixels that were not marked yet.
std::size_t mark(const Blob& blob, Plane& mask) {
  std::size_t fresh = 0;
  for (const auto pixel : blob.pixels) fresh += std::exchange(mask.values[std::size_t(pixel)], 1.0F) == 0;
  return fresh;
}

void add_damage(const Image& picture, Tone tone, const Limits& limits, Scratches& found) {
  const auto values = tones(picture, tone);
  const auto evidence = evidence_of(values, limits);
  Plane candidates(picture.width, picture.height);
  for (std::size_t i = 0; i < candidates.values.size(); ++i) candidates.values[i] = evidence.values[i] >= 0.5F ? 1.0F : 0.0F;
  const auto density = box_mean(candidates, limits.company);
  const auto alone = [&](const Blob& blob) {
    return company_of(blob, density, limits) <= limits.crowded && lies_on_top(blob, values, limits);
  };
  const auto directions = directions_of(values, limits.radius);
  constexpr int kAngles = 8;
  for (int k = 0; k < kAngles; ++k)
    for (const auto& blob : blobs_of(running(evidence, directions, float(k) * std::numbers::pi_v<float> / kAngles)))
      if (is_line(blob, limits) && alone(blob)) found.lines += mark(blob, found.mask) > blob.pixels.size() / 2;
  for (const auto& blob : blobs_of(evidence))
    if (is_spot(blob, limits) && alone(blob)) found.spots += mark(blob, found.mask) > 0;
}

}  // namespace

Scratches find_scratches(const Image& picture, double sensitivity) {
  const auto limits = limits_for(picture, sensitivity);
  Scratches found{Plane(picture.width, picture.height)};
  add_damage(picture, Tone::light, limits, found);
  add_damage(picture, Tone::dark, limits, found);
  if (found.lines + found.spots > 0)
    found.mask = dilated(found.mask, limits.radius);  // their soft edges, and the colours that JPEG spreads from them
  double damaged = 0;
  for (const float value : found.mask.values) damaged += value;
  found.share = found.mask.values.empty() ? 0 : damaged / double(found.mask.values.size());
  return found;
}

}  // namespace inkstone::post
