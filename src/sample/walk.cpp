#include "sample/walk.hpp"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

namespace inkstone {

at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, double t) {
  const double cosine = ((a * b).sum() / (a.norm() * b.norm())).item<double>();
  const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
  if (std::sin(angle) < 1e-4) return a * (1 - t) + b * t;
  return a * (std::sin((1 - t) * angle) / std::sin(angle)) + b * (std::sin(t * angle) / std::sin(angle));
}

at::Tensor spherical_walk(const at::Tensor& stops, int64_t frames) {
  std::vector<at::Tensor> path;
  for (int64_t k = 0; k + 1 < stops.size(0); ++k)
    for (int64_t f = 0; f < frames; ++f) path.push_back(slerp(stops[k], stops[k + 1], double(f) / double(frames)));
  path.push_back(stops[stops.size(0) - 1]);
  return at::stack(path);
}

}  // namespace inkstone
