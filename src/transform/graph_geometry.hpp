// Which pictures a graph takes, found out by dry runs: the order of its axes, the multiples its sides must be of, how much larger
// its picture comes out, what memory it needs, how far its pixels look.
#pragma once

#include <vector>

#include "models/graph/network.hpp"
#include "transform/cells.hpp"
#include "transform/picture_network.hpp"

namespace inkstone::transform {

struct GraphSizes {
  Geometry geometry;
  bool channels_last = false;
  std::size_t output = 0;                     // which of its outputs is the picture
  int64_t fixed_height = 0, fixed_width = 0;  // the only size it takes; 0: any
};

// Throws unsupported for a network that takes or gives no RGB picture.
// multiple: of the sides, the smallest that is tried.
GraphSizes explore(graph::Network& network, int64_t multiple = 1);

// Windows of exactly `size` over a side at least as long, with weights that fade into each other and sum to one.
std::vector<Window> fixed_windows(int64_t length, int64_t size);

}  // namespace inkstone::transform
