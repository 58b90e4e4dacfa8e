#include "ingest/smart_crop.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/resize.hpp"

namespace inkstone {
namespace {

constexpr int kLookAt = 128;         // longest side of the copy that is judged
constexpr double kSaturation = 0.3;  // weight of colour beside detail
constexpr double kCentre = 0.15;     // what the far ends lose
constexpr int kPlaces = 65;

float luma(const Image& p, int x, int y) {
  return 0.299f * p.at(x, y, 0) + 0.587f * p.at(x, y, 1) + 0.114f * p.at(x, y, 2);
}

float saturation(const Image& p, int x, int y) {
  const auto [low, high] = std::minmax({p.at(x, y, 0), p.at(x, y, 1), p.at(x, y, 2)});
  return high - low;
}

double energy(const Image& p, int x, int y) {
  const float across = luma(p, std::min(x + 1, p.width - 1), y) - luma(p, std::max(x - 1, 0), y);
  const float along = luma(p, x, std::min(y + 1, p.height - 1)) - luma(p, x, std::max(y - 1, 0));
  return std::hypot(across, along) + kSaturation * saturation(p, x, y);
}

// Sums of energy up to each column (or row).
std::vector<double> running_energy(const Image& p, bool by_column) {
  std::vector<double> sums(static_cast<std::size_t>(by_column ? p.width : p.height) + 1);
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x) sums[static_cast<std::size_t>(by_column ? x : y) + 1] += energy(p, x, y);
  for (std::size_t i = 1; i < sums.size(); ++i) sums[i] += sums[i - 1];
  return sums;
}

}  // namespace

double smart_place(const Image& picture, int width, int height) {
  const auto size = fit_within({picture.width, picture.height}, kLookAt);
  const auto small = resize(picture, size.width, size.height);
  const bool by_column = static_cast<double>(size.width) * height > static_cast<double>(size.height) * width;
  const auto sums = running_energy(small, by_column);
  const double length =
      by_column ? size.height * static_cast<double>(width) / height : size.width * static_cast<double>(height) / width;
  const double room = static_cast<double>(sums.size() - 1) - length;
  if (room < 1) return 0.5;
  double best = 0.5, most = -1;
  for (int i = 0; i < kPlaces; ++i) {
    const double place = i / double(kPlaces - 1);
    const auto from = static_cast<std::size_t>(std::lround(place * room)),
               to = std::min(sums.size() - 1, from + static_cast<std::size_t>(std::lround(length)));
    const double inside = (sums[to] - sums[from]) * (1 - kCentre * std::abs(2 * place - 1));
    if (inside > most) most = inside, best = place;
  }
  return best;
}

}  // namespace inkstone
