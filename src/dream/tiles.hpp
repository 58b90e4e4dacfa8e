// A large picture cut so that a network visits it piece by piece with exactly the result of one visit: each cell is
// looked at through a window wider by the network's receptive field, and only the cell's own features count.
#pragma once

#include <cstdint>
#include <vector>

#include "models/features/feature_network.hpp"

namespace inkstone::dream {

struct Span {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

struct Tile {
  Span cell_y, cell_x;      // pixels whose features this tile counts; the cells of a picture partition it
  Span window_y, window_x;  // pixels the network sees
};

// What a network's stages up to one index do to positions.
struct Reach {
  int64_t reduction = 1;  // pixels per feature position along each side
  int64_t radius = 0;     // pixels to each side that a feature may depend on
};
Reach reach_of(const FeatureNetwork& network, std::size_t last_stage);

// window: largest side of a window in pixels, 0 for one tile. Cell borders lie on multiples of reach.reduction.
std::vector<Tile> cut_tiles(int64_t height, int64_t width, int64_t window, Reach reach);

// Where a tile's cell lies in a layer of the window with this reduction and this many positions along the side.
Span cell_in_layer(Span cell, Span window, int64_t reduction, int64_t layer_size);

}  // namespace inkstone::dream
