#include "transform/graph_geometry.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::transform {
namespace {

constexpr int64_t kMultiples[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
constexpr int64_t kLargestScale = 16;
constexpr int64_t kFirstTry = 64;  // a side large enough for what such networks do to a picture

Shape shape_of(bool channels_last, int64_t height, int64_t width) {
  return channels_last ? Shape{1, height, width, 3} : Shape{1, 3, height, width};
}

// The scale and which output, where the sizes come out as those of an enlarged picture.
struct Answer {
  int64_t scale = 0, bytes = 0;
  std::size_t output = 0;
};

std::optional<Answer> ask(graph::Network& network, bool channels_last, int64_t height, int64_t width) {
  std::optional<graph::Network::Forecast> forecast;
  try {
    forecast = network.forecast({shape_of(channels_last, height, width)});
  } catch (const Error&) {
    return std::nullopt;
  }
  for (std::size_t i = 0; forecast && i < forecast->outputs.size(); ++i) {
    const Shape& shape = forecast->outputs[i];
    if (shape.size() != 4) continue;
    const int64_t rows = shape[channels_last ? 1 : 2], scale = rows / height;
    if (scale >= 1 && scale <= kLargestScale && shape == shape_of(channels_last, height * scale, width * scale))
      return Answer{scale, forecast->bytes, i};
  }
  return std::nullopt;
}

// Both axes at several odd numbers of multiples.
std::optional<Answer> takes_multiples(graph::Network& network, bool channels_last, int64_t multiple, int64_t least) {
  const int64_t from = (least + multiple - 1) / multiple;
  const auto first = ask(network, channels_last, from * multiple, (from + 1) * multiple);
  const auto second = first ? ask(network, channels_last, (from + 3) * multiple, (from + 2) * multiple) : std::nullopt;
  return second && first->scale == second->scale ? second : std::nullopt;
}

bool could_be(const GraphPort& port, bool channels_last) {
  if (!port.has_shape) return true;
  if (port.shape.size() != 4) return false;
  const auto channels = port.shape[channels_last ? 3 : 1];
  return (channels == 3 || channels < 0) && port.shape[0] <= 1;
}

[[noreturn]] void refuse(const graph::Network& network) {
  const GraphPort& port = network.inputs()[0];
  throw Error(ErrorCategory::unsupported, fmt::format("the model's input '{}' is no RGB picture of a size that can be chosen, or "
                                                      "what comes out is none; models that turn one RGB "
                                                      "picture into another are run here",
                                                      port.name));
}

// The smallest side that runs, by halves from one that does.
int64_t least_side(graph::Network& network, bool channels_last, int64_t multiple) {
  int64_t least = (kFirstTry + multiple - 1) / multiple * multiple;
  while (least / 2 >= multiple && (least / 2) % multiple == 0 && ask(network, channels_last, least / 2, least / 2)) least /= 2;
  return least;
}

std::optional<GraphSizes> any_size(graph::Network& network, bool channels_last, int64_t smallest) {
  for (const int64_t multiple : kMultiples)
    if (const auto answer = multiple < smallest ? std::nullopt : takes_multiples(network, channels_last, multiple, kFirstTry)) {
      GraphSizes sizes;
      sizes.channels_last = channels_last;
      sizes.output = answer->output;
      sizes.geometry.scale = answer->scale;
      sizes.geometry.multiple = multiple;
      sizes.geometry.least = least_side(network, channels_last, multiple);
      const int64_t side = (256 + multiple - 1) / multiple * multiple;
      const auto large = ask(network, channels_last, side, side);
      sizes.geometry.bytes_per_pixel = std::max<int64_t>(1, (large ? large->bytes : answer->bytes) / (side * side));
      return sizes;
    }
  return std::nullopt;
}

std::optional<GraphSizes> declared_size(graph::Network& network, bool channels_last) {
  const GraphPort& port = network.inputs()[0];
  if (!port.has_shape || port.shape.size() != 4) return std::nullopt;
  GraphSizes sizes;
  sizes.channels_last = channels_last;
  sizes.fixed_height = port.shape[channels_last ? 1 : 2];
  sizes.fixed_width = port.shape[channels_last ? 2 : 3];
  const auto answer = sizes.fixed_height > 0 && sizes.fixed_width > 0
                          ? ask(network, channels_last, sizes.fixed_height, sizes.fixed_width)
                          : std::nullopt;
  if (!answer) return std::nullopt;
  sizes.output = answer->output;
  sizes.geometry.scale = answer->scale;
  sizes.geometry.least = std::max(sizes.fixed_height, sizes.fixed_width);
  sizes.geometry.bytes_per_pixel = 64;  // what its windows need does not grow with the picture
  return sizes;
}

}  // namespace

GraphSizes explore(graph::Network& network, int64_t multiple) {
  const GraphPort& port = network.inputs()[0];
  for (const bool channels_last : {false, true})
    if (could_be(port, channels_last))
      if (const auto sizes = any_size(network, channels_last, multiple)) return *sizes;
  for (const bool channels_last : {false, true})
    if (could_be(port, channels_last))
      if (const auto sizes = declared_size(network, channels_last)) return *sizes;
  refuse(network);
}

std::vector<Window> fixed_windows(int64_t length, int64_t size) {
  const int64_t overlap = size / 4, count = length <= size ? 1 : (length - overlap + size - overlap - 1) / (size - overlap);
  std::vector<Window> windows;
  at::Tensor sum = at::zeros({length});
  for (int64_t k = 0; k < count; ++k) {
    Window window;
    window.begin = count == 1 ? 0 : std::llround(double(k) * double(length - size) / double(count - 1));
    window.end = window.begin + size;
    const auto place = at::arange(size, at::kFloat);
    auto ramp = at::full({size}, float(overlap));
    if (k > 0) ramp = at::minimum(ramp, place + 0.5);
    if (k + 1 < count) ramp = at::minimum(ramp, double(size) - 0.5 - place);
    window.weights = ramp.clamp_min(1e-3);
    sum.slice(0, window.begin, window.end).add_(window.weights);
    windows.push_back(std::move(window));
  }
  for (auto& window : windows) window.weights = window.weights / sum.slice(0, window.begin, window.end);
  return windows;
}

}  // namespace inkstone::transform
