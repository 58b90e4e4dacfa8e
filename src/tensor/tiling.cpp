#include "tensor/tiling.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

int64_t up_to_multiple(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

struct Tile {
  int64_t first, size;
  int64_t shared_before, shared_after;  // with its neighbours
};

std::vector<Tile> tiles_of(int64_t length, const Tiling& tiling, int64_t unit) {
  const auto places = tile_places(length, tiling, unit);
  const int64_t size = std::min(up_to_multiple(tiling.size, unit), length);
  std::vector<Tile> tiles;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const int64_t before = k > 0 ? places[k - 1] + size - places[k] : 0;
    const int64_t after = k + 1 < places.size() ? places[k] + size - places[k + 1] : 0;
    tiles.push_back({places[k], size, before, after});
  }
  return tiles;
}

// Rises over what is shared with the tile before, falls over what is shared with the next; never 0.
at::Tensor ramp(int64_t size, int64_t before, int64_t after) {
  auto weights = at::ones({size});
  const auto rise = [](int64_t count) { return (at::arange(count, at::kFloat) + 0.5) / double(count); };
  if (before > 0) weights.narrow(0, 0, before).mul_(rise(before));
  if (after > 0) weights.narrow(0, size - after, after).mul_(rise(after).flip({0}));
  return weights;
}

}  // namespace

std::vector<int64_t> tile_places(int64_t length, const Tiling& tiling, int64_t unit) {
  const int64_t size = up_to_multiple(tiling.size, unit), overlap = std::min(up_to_multiple(tiling.overlap, unit), size - unit);
  if (length <= size) return {0};
  const int64_t count = (length - overlap + size - overlap - 1) / (size - overlap);
  std::vector<int64_t> places;
  for (int64_t k = 0; k < count; ++k) places.push_back((length - size) * k / (count - 1) / unit * unit);
  return places;
}

at::Tensor over_tiles(const at::Tensor& x, const Tiling& tiling, SizeChange change,
                      const std::function<at::Tensor(const at::Tensor&)>& f) {
  const auto scaled = [&](int64_t length) { return length * change.up / change.down; };
  const auto rows = tiles_of(x.size(2), tiling, change.down), columns = tiles_of(x.size(3), tiling, change.down);
  if (rows.size() * columns.size() == 1) return f(x).to(at::kFloat);
  at::Tensor sum, weights;
  for (const auto& row : rows)
    for (const auto& column : columns) {
      const auto piece = f(x.narrow(2, row.first, row.size).narrow(3, column.first, column.size)).to(at::kFloat);
      if (!sum.defined()) {
        sum = at::zeros({x.size(0), piece.size(1), scaled(x.size(2)), scaled(x.size(3))});
        weights = at::zeros({1, 1, sum.size(2), sum.size(3)});
      }
      const auto weight = ramp(piece.size(2), scaled(row.shared_before), scaled(row.shared_after)).view({1, 1, -1, 1}) *
                          ramp(piece.size(3), scaled(column.shared_before), scaled(column.shared_after)).view({1, 1, 1, -1});
      const auto place = [&](at::Tensor& whole) {
        return whole.narrow(2, scaled(row.first), piece.size(2)).narrow(3, scaled(column.first), piece.size(3));
      };
      place(sum).add_(piece * weight);
      place(weights).add_(weight);
    }
  return sum / weights;
}

}  // namespace inkstone
