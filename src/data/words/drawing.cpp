#include "data/words/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>

#include "data/words/vocabulary.hpp"
#include "inkstone/error.hpp"

namespace inkstone::words {
namespace {

using Rgb = std::array<float, 3>;

constexpr float kOpaque = 0.1f;
constexpr std::array<Rgb, 5> kPapers = {
    Rgb{1, 1, 1}, {1, 0.975f, 0.92f}, {0.93f, 0.965f, 1}, {0.94f, 0.985f, 0.93f}, {1, 0.945f, 0.955f}};
// Middles of one to four drawings in shares of the side; the longer side of each lies between the sizes.
constexpr double kNear = 0.265, kFar = 1 - kNear, kMiddle = 0.5;

float luminance(const float* rgb) {
  return 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];
}

// Dark stays dark, light stays light, the drawing's middle tone becomes the colour.
Rgb tinted(const float* rgb, const Colour& colour, float tone) {
  const float light = luminance(rgb), middle = std::clamp(tone, 0.3f, 0.85f);
  Rgb result;
  for (std::size_t c = 0; c < 3; ++c) {
    const float target = float(colour.rgb[c]) / 255;
    const float towards_white = light <= middle ? 0 : (light - middle) / (1 - middle);
    result[c] = light < middle ? target * light / middle : target + (1 - target) * 0.8f * towards_white * towards_white;
  }
  return result;
}

struct Blended {
  Rgb colour = {};  // times alpha
  float alpha = 0;
};

void add(Blended& sum, const float* pixel, const Colour* colour, float tone) {
  const auto rgb = colour ? tinted(pixel, *colour, tone) : Rgb{pixel[0], pixel[1], pixel[2]};
  for (std::size_t c = 0; c < 3; ++c) sum.colour[c] += rgb[c] * pixel[3];
  sum.alpha += pixel[3];
}

}  // namespace

Drawings::Drawings(const at::Tensor& sprites) {
  if (sprites.dim() != 4 || sprites.size(0) != int64_t(objects().size()) || sprites.size(1) != 4 ||
      sprites.scalar_type() != at::kByte)
    throw Error(ErrorCategory::bad_argument, "drawings must be uint8 [objects, 4, H, W], one for each object");
  sprites_ = sprites.permute({0, 2, 3, 1}).contiguous().to(at::kFloat).div_(255);
  for (int64_t object = 0; object < sprites_.size(0); ++object) boxes_.push_back(outlined(object));
}

Drawings::Box Drawings::outlined(int64_t object) const {
  const int64_t height = sprites_.size(1), width = sprites_.size(2);
  const float* pixel = sprites_[object].data_ptr<float>();
  int64_t top = height, left = width, bottom = -1, right = -1;
  double light = 0, weight = 0;
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x, pixel += 4) {
      if (pixel[3] < kOpaque) continue;
      top = std::min(top, y), bottom = std::max(bottom, y), left = std::min(left, x), right = std::max(right, x);
      light += double(luminance(pixel) * pixel[3]);
      weight += double(pixel[3]);
    }
  if (bottom < 0)
    throw Error(ErrorCategory::bad_argument,
                "the drawing of '" + std::string(objects()[std::size_t(object)].singular) + "' is empty");
  return {top, left, bottom - top + 1, right - left + 1, float(light / weight)};
}

std::vector<Drawings::Spot> Drawings::spots_of(const Composition& composition, DrawRandom& random) {
  const auto near = [&](double middle, double by = 0.025) { return middle + random.uniform(-by, by); };
  const auto placed = [&](double x, double y, double least, double most) {
    return Spot{near(x), near(y), random.uniform(least, most)};
  };
  const double along = random.uniform(-0.08, 0.08) + kMiddle, back = 1 - along;
  switch (composition.place) {
    case Place::above:
      return {placed(along, kNear, 0.40, 0.47), placed(back, kFar, 0.40, 0.47)};
    case Place::below:
      return {placed(along, kFar, 0.40, 0.47), placed(back, kNear, 0.40, 0.47)};
    case Place::left:
    case Place::beside:
      return {placed(kNear, along, 0.40, 0.47), placed(kFar, back, 0.40, 0.47)};
    case Place::right:
      return {placed(kFar, along, 0.40, 0.47), placed(kNear, back, 0.40, 0.47)};
    case Place::alone:
      break;
  }
  const double size = random.uniform(0.38, 0.45);
  const auto same = [&](double x, double y) { return Spot{near(x), near(y), size}; };
  if (composition.first.count == 2) return {same(kNear, along), same(kFar, back)};
  if (composition.first.count == 3) return {same(kMiddle, kNear), same(kNear, kFar), same(kFar, kFar)};
  if (composition.first.count == 4) return {same(kNear, kNear), same(kFar, kNear), same(kNear, kFar), same(kFar, kFar)};
  const double alone = random.uniform(0.68, 0.92), room = (0.96 - alone) / 2;
  return {Spot{near(kMiddle, room), near(kMiddle, room), alone}};
}

// Each pixel is the mean of what it covers of the drawing, sampled on a grid finer than both.
void Drawings::lay(float* canvas, int64_t side, const Part& part, const Spot& spot) const {
  const auto& box = boxes_[std::size_t(part.object)];
  const auto* colour = part.colour == kAsDrawn ? nullptr : &colours()[std::size_t(part.colour)];
  const float* sprite = sprites_[part.object].data_ptr<float>();
  const double scale = spot.size * double(side) / double(std::max(box.height, box.width));  // pixels to a pixel of the drawing
  const double left = spot.x * double(side) - scale * double(box.width) / 2,
               top = spot.y * double(side) - scale * double(box.height) / 2;
  const int fine = std::max(2, int(std::ceil(1 / scale)) + 1);
  const auto clamped = [&](double at) { return std::clamp<int64_t>(int64_t(std::floor(at)), 0, side); };
  for (int64_t y = clamped(top); y < clamped(top + scale * double(box.height) + 1); ++y)
    for (int64_t x = clamped(left); x < clamped(left + scale * double(box.width) + 1); ++x) {
      Blended sum;
      for (int i = 0; i < fine * fine; ++i) {
        const auto row = int64_t(std::floor((double(y) + (i / fine + 0.5) / fine - top) / scale));
        const auto column = int64_t(std::floor((double(x) + (i % fine + 0.5) / fine - left) / scale));
        if (row < 0 || column < 0 || row >= box.height || column >= box.width) continue;
        add(sum, sprite + ((box.top + row) * sprites_.size(2) + box.left + column) * 4, colour, box.tone);
      }
      const float share = 1 / float(fine * fine);
      for (std::size_t c = 0; c < 3; ++c) {
        auto& out = canvas[(int64_t(c) * side + y) * side + x];
        out = out * (1 - sum.alpha * share) + sum.colour[c] * share;
      }
    }
}

at::Tensor Drawings::draw(const Composition& composition, int64_t side, DrawRandom& random) const {
  const auto& paper = kPapers[std::size_t(random.below(int64_t(kPapers.size())))];
  const auto canvas = at::empty({3, side, side}, at::kFloat);
  for (int64_t c = 0; c < 3; ++c) canvas[c].fill_(paper[std::size_t(c)]);
  const auto spots = spots_of(composition, random);
  const bool two_kinds = composition.place != Place::alone;
  for (std::size_t k = 0; k < spots.size(); ++k)
    lay(canvas.data_ptr<float>(), side, two_kinds && k == 1 ? composition.second : composition.first, spots[k]);
  return canvas.mul_(255).round_().clamp_(0, 255).to(at::kByte);
}

}  // namespace inkstone::words
