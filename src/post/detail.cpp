#include "post/detail.hpp"

#include <cmath>

#include "post/box_filter.hpp"

namespace inkstone::post {
namespace {

// Nearly linear for |d| << limit, at most limit.
float soft_limit(float d, float limit) {
  return limit * std::tanh(d / limit);
}

}  // namespace

Image detail(const Image& picture, const DetailOptions& options) {
  if (options.amount == 0) return picture;
  const Plane y = luma(picture);
  const double side = std::min(picture.width, picture.height);
  const int fine = std::max(1, static_cast<int>(std::lround(side * options.radius / 300)));
  const int medium = std::max(2, static_cast<int>(std::lround(side * options.radius / 75)));
  const Plane lightly = guided_filter(y, y, fine, 0.0025f), base = guided_filter(lightly, lightly, medium, 0.005f);
  const float amount = static_cast<float>(options.amount);
  Plane delta(y.width, y.height);
  for (std::size_t i = 0; i < delta.values.size(); ++i)
    delta.values[i] =
        amount * (soft_limit(y.values[i] - lightly.values[i], 0.08f) + soft_limit(lightly.values[i] - base.values[i], 0.12f));
  Image result = picture;
  add_to_luma(result, delta);
  return result;
}

Image sharpen(const Image& picture, const SharpenOptions& options) {
  if (options.amount == 0) return picture;
  const Plane y = luma(picture);
  Plane delta = gaussian_blur(y, static_cast<float>(options.radius));
  const float amount = static_cast<float>(options.amount), threshold = static_cast<float>(options.threshold);
  for (std::size_t i = 0; i < delta.values.size(); ++i) {
    const float d = y.values[i] - delta.values[i];
    delta.values[i] = amount * std::copysign(std::max(0.0f, std::abs(d) - threshold), d);
  }
  Image result = picture;
  add_to_luma(result, delta);
  return result;
}

}  // namespace inkstone::post
