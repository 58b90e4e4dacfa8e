// What can be done to a graph before it runs: constants computed, layers joined with what stands behind them.
#pragma once

#include "weights/graph.hpp"

namespace inkstone::graph {

// Computes what depends on constants alone, drops what does nothing, and removes what no output needs.
void fold_constants(Graph& graph);

// Batch normalisation, scales and biases go into the convolution before them; rectifiers into the convolution or instance
// normalisation before them (attributes "fused.leaky", or "fused.low" and "fused.high"); a border of zeros into the convolution
// behind it. Needs folded constants. Networks give the same up to rounding.
void fuse_layers(Graph& graph);

// A file for pictures of one size may say how large a layer's result is; here it says instead what that is to its input, so that
// other sizes can run too. At the file's own size nothing changes.
void free_sizes(Graph& graph);

}  // namespace inkstone::graph
