#include "transform/cells.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::transform {
namespace {

int64_t round_up_to(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// 1 between begin and end, falling to 0 over `ramp` pixels to each side that is not an edge of the picture; 0 beyond.
at::Tensor weights_of(const Window& window, int64_t begin, int64_t end, int64_t ramp, int64_t length) {
  const auto x = at::arange(window.begin, window.end, at::kFloat) + 0.5;
  auto weights = at::ones_like(x);
  const auto edge = [&](const at::Tensor& inside) {
    return ramp > 0 ? (inside / double(2 * ramp) + 0.5).clamp(0, 1) : inside.gt(0).to(at::kFloat);
  };
  if (begin > 0) weights = weights * edge(x - double(begin));
  if (end < length) weights = weights * edge(double(end) - x);
  return weights;
}

}  // namespace

std::vector<Window> cut_side(int64_t length, int64_t tile, int64_t halo, int64_t multiple, bool ramp) {
  if (tile <= 0 || tile >= length) return {{0, length, at::ones({length}, at::kFloat)}};
  const int64_t margin = round_up_to(halo, multiple);
  const int64_t step = (tile - 2 * margin) / multiple * multiple;
  if (step < multiple || (ramp && step < 2 * margin))
    throw Error(ErrorCategory::bad_argument, fmt::format("a tile of {} pixels is too small for this network; use at least {}",
                                                         tile, 2 * margin + std::max(multiple, ramp ? 2 * margin : 0)));
  std::vector<Window> windows;
  for (int64_t begin = 0; begin < length;) {
    const int64_t end = length - (begin + step) <= margin ? length : begin + step;  // a last sliver joins its neighbour
    Window window{std::max<int64_t>(0, begin - margin), std::min(length, end + margin), {}};
    window.weights = weights_of(window, begin, end, ramp ? margin : 0, length);
    windows.push_back(std::move(window));
    begin = end;
  }
  return windows;
}

at::Tensor over_windows(const at::Tensor& picture, const std::vector<Window>& rows, const std::vector<Window>& columns,
                        int64_t scale, const std::function<at::Tensor(const at::Tensor& window)>& paint) {
  auto painted = at::zeros({1, 3, picture.size(2) * scale, picture.size(3) * scale}, at::kFloat);
  for (const auto& row : rows)
    for (const auto& column : columns) {
      const auto window = picture.slice(2, row.begin, row.end).slice(3, column.begin, column.end).contiguous();
      const auto weights = row.weights.repeat_interleave(scale).unsqueeze(1) * column.weights.repeat_interleave(scale);
      painted.slice(2, row.begin * scale, row.end * scale)
          .slice(3, column.begin * scale, column.end * scale)
          .add_(paint(window) * weights);
    }
  return painted;
}

}  // namespace inkstone::transform
