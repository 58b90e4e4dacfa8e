// Interpolation to another size along any axes, by the positions and weights that ONNX's Resize and TensorFlow's resizings
// define.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/graph/call.hpp"

namespace inkstone::graph {

// How one axis is resized.
struct AxisResize {
  std::int64_t axis = 0, size = 0;  // size: of the result
  float scale = 1;                  // as the file says it; size is about scale times that of the input
  std::string coordinates = "half_pixel", mode = "nearest", nearest = "round_prefer_floor";
  float cubic = -0.75F, region_begin = 0, region_end = 1, outside = 0;  // region: of tf_crop_and_resize
  bool exclude_outside = false, antialias = false;
};

// Where in the input the result's numbers lie, in float32 as other runtimes compute it.
float source_coordinate(const AxisResize& resize, std::int64_t place, std::int64_t in);

// One axis after the other; keeps a channels-last layout. Whole numbers come back rounded.
at::Tensor resized(const Call& call, at::Tensor x, const std::vector<AxisResize>& axes);

}  // namespace inkstone::graph
