#include "sample/walk.hpp"

#include <torch/types.h>

#include "tensor/slerp.hpp"

namespace inkstone {

at::Tensor spherical_walk(const at::Tensor& stops, int64_t frames) {
  const auto places = at::arange(frames, at::kDouble) / double(frames);
  std::vector<at::Tensor> path;
  for (int64_t k = 0; k + 1 < stops.size(0); ++k) {
    const auto from = stops.narrow(0, k, 1), to = stops.narrow(0, k + 1, 1);
    path.push_back(slerp(from.repeat_interleave(frames, 0), to.repeat_interleave(frames, 0), places));
  }
  path.push_back(stops.narrow(0, stops.size(0) - 1, 1));
  return at::cat(path);
}

}  // namespace inkstone
