// A large tensor through a function in pieces that overlap, where the whole would not fit into memory: neighbours are blended
// over what they share, so that no seam shows.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct Tiling {
  int64_t size = 64, overlap = 16;  // of a side, in places of the input; overlap below size
};

// How sizes change on the way: a result has in * up / down places.
struct SizeChange {
  int64_t up = 1, down = 1;
};

// The first places of tiles along a side: the first begins at 0, the last ends at `length`, multiples of `unit`. One tile where
// it suffices.
std::vector<int64_t> tile_places(int64_t length, const Tiling& tiling, int64_t unit = 1);

// x [N,C,H,W], H and W multiples of change.down -> what f makes of it, [N,C',H up / down, W up / down] float32. f keeps the
// change of sizes. size and overlap are rounded up to multiples of change.down.
at::Tensor over_tiles(const at::Tensor& x, const Tiling& tiling, SizeChange change,
                      const std::function<at::Tensor(const at::Tensor&)>& f);

}  // namespace inkstone
