// Colours of an augmentation as one matrix per picture, and its four bands of frequencies as one filter per picture.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "families/stylegan/augmentation.hpp"

namespace inkstone {
namespace {

constexpr double kBrightnessDeviation = 0.2, kContrastDeviation = 0.5,
                 kSaturationDeviation = 1;  // the latter two of the logarithm to base 2
constexpr double kGainDeviation = 1;
constexpr int64_t kBands = 4;
constexpr std::array<double, kBands> kUsualPower = {10.0 / 13, 1.0 / 13, 1.0 / 13, 1.0 / 13};  // of photographs, by band

using Filter = std::vector<double>;

// (r,g,b,1) -> itself plus b.
at::Tensor brightening(const at::Tensor& b) {
  auto matrix = at::eye(4, b.options()).repeat({b.size(0), 1, 1});
  matrix.slice(1, 0, 3).select(2, 3).add_(b.unsqueeze(1));
  return matrix;
}

at::Tensor contrasting(const at::Tensor& c) {
  const auto one = at::ones_like(c);
  return at::diag_embed(at::stack({c, c, c, one}, 1));
}

// v v^T of the axis of greys, within [4,4].
at::Tensor along_greys(const at::Tensor& like) {
  auto matrix = at::zeros({4, 4}, like.options());
  matrix.slice(0, 0, 3).slice(1, 0, 3).fill_(1.0 / 3);
  return matrix;
}

// Around the axis of greys (Rodrigues' formula).
at::Tensor hue_turn(const at::Tensor& angle) {
  const double a = 1 / std::sqrt(3.0);
  auto cross = at::tensor({0.0, -a, a, 0.0, a, 0.0, -a, 0.0, -a, a, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}, angle.options()).view({4, 4});
  const auto greys = along_greys(angle), rest = at::diag(at::tensor({1.0, 1.0, 1.0, 0.0}, angle.options())) - greys;
  const auto last = at::diag(at::tensor({0.0, 0.0, 0.0, 1.0}, angle.options()));
  return greys + last + rest * angle.cos().view({-1, 1, 1}) + cross * angle.sin().view({-1, 1, 1});
}

at::Tensor saturating(const at::Tensor& s) {
  const auto greys = along_greys(s);
  return greys + (at::eye(4, s.options()) - greys) * s.view({-1, 1, 1});
}

Filter convolved(const Filter& a, const Filter& b) {
  Filter result(a.size() + b.size() - 1, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) result[i + j] += a[i] * b[j];
  return result;
}

// A wavelet's power: convolved with its mirror image, halved.
Filter power_of(const Filter& wavelet) {
  auto result = convolved(wavelet, Filter(wavelet.rbegin(), wavelet.rend()));
  for (auto& tap : result) tap /= 2;
  return result;
}

Filter with_zeros_between(const Filter& filter) {
  Filter result(2 * filter.size() - 1, 0.0);
  for (std::size_t k = 0; k < filter.size(); ++k) result[2 * k] = filter[k];
  return result;
}

// [bands, taps]: filters that pass one band each, from the lowest, and add up to one that passes all.
at::Tensor band_filters() {
  const Filter low = {-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025};  // "sym2"
  Filter high = low;
  for (std::size_t k = 1; k < high.size(); k += 2) high[k] = -high[k];
  const Filter low_power = power_of(low), high_power = power_of(high);
  std::array<Filter, kBands> bands = {Filter{1}, Filter{0}, Filter{0}, Filter{0}};
  for (std::size_t i = 1; i < kBands; ++i) {
    for (auto& band : bands) band = convolved(with_zeros_between(band), low_power);
    const std::size_t first = (bands[i].size() - high_power.size()) / 2;
    for (std::size_t k = 0; k < high_power.size(); ++k) bands[i][first + k] += high_power[k];
  }
  std::vector<at::Tensor> rows;
  for (const auto& band : bands) rows.push_back(at::tensor(band, at::kDouble).to(at::kFloat));
  return at::stack(rows);
}

}  // namespace

at::Tensor random_colours(const Changes& changes, double p, bool grey, Dice& dice) {
  at::Tensor matrix;
  const auto then = [&](const at::Tensor& next) { matrix = matrix.defined() ? at::matmul(next, matrix) : next; };
  const auto maybe = [&](double strength, const at::Tensor& value, double otherwise) {
    return at::where(dice.happens(strength * p), value, at::full_like(value, otherwise));
  };
  if (changes.brightness > 0) then(brightening(maybe(changes.brightness, dice.normal() * kBrightnessDeviation, 0)));
  if (changes.contrast > 0) then(contrasting(maybe(changes.contrast, at::exp2(dice.normal() * kContrastDeviation), 1)));
  if (changes.luma_flip > 0) {
    const auto flips = maybe(changes.luma_flip, (dice.uniform() * 2).floor(), 0);
    then(at::eye(4, flips.options()) - 2 * along_greys(flips) * flips.view({-1, 1, 1}));
  }
  if (changes.hue > 0 && !grey) then(hue_turn(maybe(changes.hue, (dice.uniform() * 2 - 1) * std::numbers::pi, 0)));
  if (changes.saturation > 0 && !grey)
    then(saturating(maybe(changes.saturation, at::exp2(dice.normal() * kSaturationDeviation), 1)));
  return matrix;
}

at::Tensor recoloured(const at::Tensor& x, const at::Tensor& matrix) {
  const auto colours = matrix.narrow(1, 0, 3);
  if (x.size(1) == 3) {
    const auto y = at::matmul(colours.narrow(2, 0, 3), x.flatten(2)) + colours.narrow(2, 3, 1);
    return y.view(x.sizes());
  }
  const auto grey = colours.mean(1);
  return x * grey.narrow(1, 0, 3).sum(1).view({-1, 1, 1, 1}) + grey.select(1, 3).view({-1, 1, 1, 1});
}

at::Tensor random_gains(const Changes& changes, double p, Dice& dice) {
  at::Tensor gains;
  for (int64_t band = 0; band < kBands; ++band) {
    const auto louder = at::exp2(dice.normal() * kGainDeviation);
    const auto own = at::where(dice.happens(changes.filter * p), louder, at::ones_like(louder));
    const double usual = kUsualPower[std::size_t(band)];
    auto gain = at::ones({own.size(0), kBands}, own.options());
    gain.select(1, band).copy_(own);
    gain = gain / (usual * own.square() + (1 - usual)).sqrt().unsqueeze(1);  // of a usual picture's power
    gains = gains.defined() ? gains * gain : gain;
  }
  return gains;
}

at::Tensor filtered_by_bands(const at::Tensor& x, const at::Tensor& gains) {
  const int64_t pictures = x.size(0), channels = x.size(1), height = x.size(2), width = x.size(3);
  const auto filters = at::matmul(gains, band_filters().to(gains.device()));
  const int64_t taps = filters.size(1), reach = taps / 2, planes = pictures * channels;
  const auto kernel = filters.unsqueeze(1).expand({-1, channels, -1}).reshape({planes, 1, 1, taps});
  auto y = at::reflection_pad2d(x, {reach, reach, reach, reach}).reshape({1, planes, height + 2 * reach, width + 2 * reach});
  y = at::conv2d(y, kernel, {}, 1, at::IntArrayRef{0, 0}, 1, planes);
  y = at::conv2d(y, kernel.view({planes, 1, taps, 1}), {}, 1, at::IntArrayRef{0, 0}, 1, planes);
  return y.view(x.sizes());
}

}  // namespace inkstone
