#include "cli/loss_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace inkstone {

void LossCurve::add(double loss) {
  if (loss > 0 && std::isfinite(loss)) losses_.push_back(std::log(loss));
}

std::string LossCurve::draw(int width) const {
  static constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (losses_.size() < 2 || width < 1) return {};
  const auto columns = std::min<std::size_t>(std::size_t(width), losses_.size());
  const auto [low, high] = std::minmax_element(losses_.begin(), losses_.end());
  const double range = std::max(*high - *low, 1e-12);
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    const double height = (losses_[column * (losses_.size() - 1) / std::max<std::size_t>(1, columns - 1)] - *low) / range;
    text += kBlocks[std::min<std::size_t>(7, std::size_t(height * 8))];
  }
  return text;
}

}  // namespace inkstone
