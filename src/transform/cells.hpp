// How one side of a picture is cut: windows that the network sees, and how much each of their pixels counts. The weights of all
// windows sum to one at every pixel, as a cut where tiles are exact and as a ramp where neighbours have to be faded into each
// other.
#pragma once

#include <cstdint>
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

}  // namespace inkstone::transform
