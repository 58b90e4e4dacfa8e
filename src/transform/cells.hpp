// How one side of a picture is cut: windows that the network sees, and how much each of their pixels counts. The weights of all
// windows sum to one at every pixel, as a cut where tiles are exact and as a ramp where neighbours have to be faded into each
// other.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

struct Window {
  int64_t begin = 0, end = 0;
  at::Tensor weights;  // [end - begin] float32
  int64_t size() const { return end - begin; }
};

// length: pixels of the side; tile: largest window, 0 or >= length: one window. halo: pixels to each side of a cell that the
// network needs; where ramp, neighbours fade into each other over twice the halo. Windows begin and end on multiples of
// `multiple`, as length does. Throws bad_argument where a tile leaves no room between its halos.
std::vector<Window> cut_side(int64_t length, int64_t tile, int64_t halo, int64_t multiple, bool ramp);

// What paint makes of every window of the picture, [1,3,scale*h,scale*w] for one of [1,3,h,w], faded into one: float32
// [1,3,scale*H,scale*W].
at::Tensor over_windows(const at::Tensor& picture, const std::vector<Window>& rows, const std::vector<Window>& columns,
                        int64_t scale, const std::function<at::Tensor(const at::Tensor& window)>& paint);

}  // namespace inkstone::transform
