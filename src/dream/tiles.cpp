#include "dream/tiles.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::dream {
namespace {

int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

struct Side {
  Span cell, window;
};

std::vector<Side> cut_side(int64_t length, int64_t step, int64_t halo) {
  std::vector<Side> sides;
  for (int64_t begin = 0; begin < length; begin += step) {
    // a last sliver narrower than the halo joins its neighbour
    const int64_t end = length - (begin + step) <= halo ? length : begin + step;
    sides.push_back({{begin, end}, {std::max<int64_t>(0, begin - halo), std::min(length, end + halo)}});
    if (end == length) break;
  }
  return sides;
}

}  // namespace

Reach reach_of(const FeatureNetwork& network, std::size_t last_stage) {
  using Kind = FeatureStage::Kind;
  std::vector<Reach> reaches;
  for (std::size_t i = 0; i <= last_stage; ++i) {
    const auto& stage = network.stages[i];
    Reach reach;
    for (const auto input : inputs_of(network, i)) {
      reach.reduction = std::max(reach.reduction, reaches[input].reduction);
      reach.radius = std::max(reach.radius, reaches[input].radius);
    }
    const bool pools = stage.kind == Kind::pool;
    if (stage.kind == Kind::conv) reach.radius += stage.weight.size(2) / 2 * reach.reduction;
    if (pools) reach.radius += reach.reduction;
    if (stage.kind == Kind::max_pool) reach.radius += (stage.window - 1) * reach.reduction;
    reach.reduction *= pools ? 2 : stage.stride;
    reaches.push_back(reach);
  }
  return reaches[last_stage];
}

std::vector<Tile> cut_tiles(int64_t height, int64_t width, int64_t window, Reach reach) {
  if (window == 0 || (height <= window && width <= window)) return {{{0, height}, {0, width}, {0, height}, {0, width}}};
  const int64_t halo = round_up(reach.radius, reach.reduction);
  const int64_t step = (window - 2 * halo) / reach.reduction * reach.reduction;
  if (step < reach.reduction)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--tile-size {} is too small for this network; use at least {}", window, 2 * halo + reach.reduction));
  std::vector<Tile> tiles;
  for (const auto& y : cut_side(height, step, halo))
    for (const auto& x : cut_side(width, step, halo)) tiles.push_back({y.cell, x.cell, y.window, x.window});
  return tiles;
}

Span cell_in_layer(Span cell, Span window, int64_t reduction, int64_t layer_size) {
  const int64_t begin = (cell.begin - window.begin) / reduction;
  // the picture's own edge may hold a part of a position, which the layer has dropped
  const int64_t end = cell.end == window.end ? layer_size : (cell.end - window.begin) / reduction;
  return {begin, end};
}

}  // namespace inkstone::dream
