#include "sample/variation.hpp"

#include <ATen/ATen.h>

namespace inkstone {

at::Tensor variation(const at::Tensor& noise, const at::Tensor& other, double strength) {
  constexpr double kSame = 0.9995;  // above this cosine the circle is a straight line
  const auto length = [](const at::Tensor& x) { return x.square().sum(2, true).sqrt(); };
  const auto cosine = (noise * other).sum(2, true) / (length(noise) * length(other));
  const auto angle = at::acos(cosine.clamp(-1, 1)), sine = at::sin(angle);
  const auto turned = at::sin((1 - strength) * angle) / sine * noise + at::sin(strength * angle) / sine * other;
  const auto straight = (1 - strength) * noise + strength * other;
  return at::where(cosine.mean({1, 2, 3}, true) > kSame, straight, turned);
}

}  // namespace inkstone
