#include "families/stylegan/augmentation.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone {
namespace {

constexpr double kNoiseDeviation = 0.1, kCutoutSide = 0.5;
constexpr int64_t kFilterReach = 22;  // pixels that a band's filter sees on either side, and one

at::Tensor with_noise(const at::Tensor& x, const Changes& changes, double p, Dice& dice) {
  const auto deviation = dice.normal().abs() * kNoiseDeviation;
  const auto chosen = at::where(dice.happens(changes.noise * p), deviation, at::zeros_like(deviation));
  return x + dice.grain({x.size(1), x.size(2), x.size(3)}) * chosen.view({-1, 1, 1, 1});
}

// Whether each pixel along one direction lies within the hole.
at::Tensor in_hole(const at::Tensor& centre, const at::Tensor& side, int64_t pixels) {
  const auto place = (at::arange(pixels, centre.options()) + 0.5) / double(pixels);
  return (place.unsqueeze(0) - centre.unsqueeze(1)).abs().lt(side.unsqueeze(1) / 2);
}

at::Tensor with_hole(const at::Tensor& x, const Changes& changes, double p, Dice& dice) {
  const auto side = dice.happens(changes.cutout * p).to(at::kFloat) * kCutoutSide;
  const auto across = in_hole(dice.uniform(), side, x.size(3)), down = in_hole(dice.uniform(), side, x.size(2));
  const auto hole = across.unsqueeze(1).logical_and(down.unsqueeze(2)).unsqueeze(1);
  return x * hole.logical_not().to(x.scalar_type());
}

}  // namespace

Changes changes_called(const std::string& name) {
  static const std::vector<std::string> names = {"none", "blit", "bg", "bgc", "bgcf", "bgcfn", "bgcfnc"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("there is no augmentation '{}'; use none, blit, bg, bgc, bgcf, bgcfn or bgcfnc", name));
  const auto degree = found - names.begin();
  Changes changes;
  if (degree >= 1) changes.flip = changes.quarter_turn = changes.shift = 1;
  if (degree >= 2) changes.scale = changes.turn = changes.stretch = changes.fraction = 1;
  if (degree >= 3) changes.brightness = changes.contrast = changes.luma_flip = changes.hue = changes.saturation = 1;
  if (degree >= 4) changes.filter = 1;
  if (degree >= 5) changes.noise = 1;
  if (degree >= 6) changes.cutout = 1;
  return changes;
}

void require_changeable(const Changes& changes, int64_t channels, int64_t height, int64_t width) {
  if (changes.colour() && channels != 1 && channels != 3)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("colours of {} channels cannot be augmented; use --augment bg", channels));
  if (changes.filter > 0 && std::min(height, width) < kFilterReach)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--augment with f needs pictures of {} pixels a side; use bgc", kFilterReach));
}

at::Tensor augmented(const at::Tensor& x, const Changes& changes, double p, Dice& dice) {
  if (p <= 0) return x;
  const nn::FullPrecision full;
  auto y = x.to(at::kFloat).contiguous();
  if (changes.geometry()) y = moved(y, random_motion(changes, p, y.size(2), y.size(3), dice));
  if (changes.colour()) y = recoloured(y, random_colours(changes, p, y.size(1) == 1, dice));
  if (changes.filter > 0) y = filtered_by_bands(y, random_gains(changes, p, dice));
  if (changes.noise > 0) y = with_noise(y, changes, p, dice);
  return changes.cutout > 0 ? with_hole(y, changes, p, dice) : y;
}

}  // namespace inkstone
