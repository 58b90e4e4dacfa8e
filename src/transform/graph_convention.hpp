// How a network from elsewhere wants its pictures: the order of channels and the range of numbers, which its file rarely says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>

#include "models/graph/network.hpp"

namespace inkstone::transform {

// Black and white in the network's numbers.
struct Range {
  double black = 0, white = 1;
  bool operator==(const Range&) const = default;
};

// What is known; absent: found out by trying (transform/graph_painter.hpp).
struct Convention {
  std::optional<Range> input, output;
  std::optional<bool> bgr;  // blue first
};

// From, in this order: FILE.toml beside the model (input = [-1, 1], output = [0, 255], colours = "bgr"); the properties
// "inkstone.input", "inkstone.output", "inkstone.colours" of an ONNX file, and Windows ML's Image.BitmapPixelFormat and
// Image.NominalPixelRange; what the graph begins with (a subtraction of ImageNet's means in Caffe's order, whole numbers). Throws
// bad_argument for a FILE.toml that is wrong.
Convention stated_convention(const std::filesystem::path& model, const Graph& graph);

}  // namespace inkstone::transform
