// One request with some of its options at several values: a grid of pictures with its axes written beside it, columns, rows and
// blocks, as the "X/Y/Z plot" of web UIs.
#pragma once

#include <string>
#include <vector>

#include "inkstone/image.hpp"
#include "inkstone/paint_request.hpp"

namespace inkstone::studio {

struct Axis {
  std::string option;  // by its own name; "replace": the first value, wherever the prompt has it, becomes each
  std::vector<std::string> values;
};

// "steps=10,20; cfg-scale=3,7": one to three axes, columns first. Values with commas stand in double quotes. Throws bad_argument:
// no such option, one that cannot vary in a grid, a value out of range.
std::vector<Axis> parse_axes(const std::string& text, const PaintRequest& request);

// The request with the k-th value of the axis. Throws bad_argument.
PaintRequest with_value(const PaintRequest& request, const Axis& axis, std::size_t k);

// One request for each cell: columns fastest, then rows, then blocks.
std::vector<PaintRequest> cells_of(const PaintRequest& request, const std::vector<Axis>& axes);

// The cells, in that order, with labels; cells may be missing at the end.
Image labelled_grid(const std::vector<Image>& cells, const std::vector<Axis>& axes);

}  // namespace inkstone::studio
