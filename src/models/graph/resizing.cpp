#include "models/graph/resizing.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/padding.hpp"

namespace inkstone::graph {
namespace {

// For each place of the result: the places of the input and their weights, one row for each tap.
struct Taps {
  std::vector<std::vector<std::int64_t>> places;
  std::vector<std::vector<float>> weights;
};

std::int64_t nearest_place(const AxisResize& r, float x, std::int64_t in) {
  float place = std::floor(x);
  if (r.nearest == "ceil") place = std::ceil(x);
  if (r.nearest == "round_prefer_floor") place = std::ceil(x - 0.5F);
  if (r.nearest == "round_prefer_ceil") place = std::floor(x + 0.5F);
  if (r.nearest == "simple") place = r.scale < 1 ? std::ceil(x) : std::trunc(x);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(place), 0, in - 1);
}

float cubic_weight(float distance, float a) {
  const float d = std::abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

float kernel_weight(const AxisResize& r, float distance) {
  return r.mode == "cubic" ? cubic_weight(distance, r.cubic) : std::max(0.0F, 1 - std::abs(distance));
}

// Keys 1981, with the kernel widened where the picture shrinks if antialias asks for it.
void add_taps(const AxisResize& r, float x, std::int64_t in, std::vector<std::int64_t>& places, std::vector<float>& weights) {
  const float stretch = r.antialias && r.scale < 1 ? 1 / r.scale : 1;
  const float support = (r.mode == "cubic" ? 2.0F : 1.0F) * stretch;
  const bool clamped = r.mode == "linear" && !r.antialias;
  if (clamped) x = std::clamp(x, 0.0F, float(in - 1));
  const auto first = static_cast<std::int64_t>(r.antialias ? std::floor(x - support + 1) : std::floor(x) - support + 1);
  const auto count = static_cast<std::int64_t>(std::ceil(2 * support)) + (r.antialias ? 1 : 0);
  float sum = 0;
  for (std::int64_t i = first; i < first + count; ++i) {
    const bool inside = i >= 0 && i < in;
    const float weight = r.exclude_outside && !inside ? 0 : kernel_weight(r, (float(i) - x) / stretch);
    places.push_back(std::clamp<std::int64_t>(i, 0, in - 1));
    weights.push_back(weight);
    sum += weight;
  }
  for (auto& weight : weights)
    if (sum != 0 && (r.exclude_outside || r.antialias)) weight /= sum;
}

Taps taps_of(const AxisResize& r, std::int64_t in) {
  Taps taps;
  for (std::int64_t place = 0; place < r.size; ++place) {
    const float x = source_coordinate(r, place, in);
    std::vector<std::int64_t> places;
    std::vector<float> weights;
    if (r.mode == "nearest")
      places = {nearest_place(r, x, in)}, weights = {1};
    else
      add_taps(r, x, in, places, weights);
    if (taps.places.size() < places.size()) taps.places.resize(places.size()), taps.weights.resize(places.size());
    for (std::size_t k = 0; k < places.size(); ++k) taps.places[k].push_back(places[k]), taps.weights[k].push_back(weights[k]);
  }
  return taps;
}

at::Tensor along(const at::Tensor& weights, const at::Tensor& x, std::int64_t axis) {
  std::vector<std::int64_t> shape(x.dim(), 1);
  shape[axis] = -1;
  return weights.view(shape);
}

// What lies outside the region of tf_crop_and_resize has one colour.
at::Tensor with_outside(const at::Tensor& y, const AxisResize& r, std::int64_t in) {
  at::Tensor inside = at::empty({r.size}, at::kBool);
  for (std::int64_t place = 0; place < r.size; ++place) {
    const float x = source_coordinate(r, place, in);
    inside.data_ptr<bool>()[place] = x >= 0 && x <= float(in - 1);
  }
  return at::where(along(inside, y, r.axis), y, at::scalar_tensor(r.outside, y.options()));
}

at::Tensor resized_axis(const at::Tensor& x, const AxisResize& r) {
  const auto in = x.size(r.axis);
  const Taps taps = taps_of(r, in);
  const auto list = [](auto& values) { return at::tensor(values); };
  at::Tensor y;
  if (r.mode == "nearest") {
    y = pick(x, r.axis, list(taps.places[0]));
  } else {
    for (std::size_t k = 0; k < taps.places.size(); ++k) {
      const auto weight = along(list(taps.weights[k]).to(x.scalar_type()), x, r.axis);
      const auto part = pick(x, r.axis, list(taps.places[k]));
      y = y.defined() ? y.addcmul_(part, weight) : part * weight;
    }
  }
  return r.coordinates == "tf_crop_and_resize" ? with_outside(y, r, in) : y;
}

bool is_picture_by(const at::Tensor& x, const std::vector<AxisResize>& axes, const char* mode) {
  return x.dim() == 4 && axes.size() == 2 && axes[0].axis == 2 && axes[1].axis == 3 && axes[0].mode == mode &&
         axes[1].mode == mode && !axes[0].antialias && !axes[0].exclude_outside && axes[0].coordinates != "tf_crop_and_resize" &&
         x.is_floating_point();
}

// Nearest that only repeats each pixel a whole number of times.
bool repeats(const AxisResize& r, std::int64_t in) {
  if (r.size % in != 0) return false;
  const auto taps = taps_of(r, in);
  for (std::int64_t i = 0; i < r.size; ++i)
    if (taps.places[0][i] != i / (r.size / in)) return false;
  return true;
}

bool is_half_pixel(const AxisResize& r, std::int64_t in) {
  return (r.coordinates == "half_pixel" || (r.coordinates == "pytorch_half_pixel" && r.size > 1)) &&
         r.scale == float(r.size) / float(in);
}

// x / scale by a whole factor, as TensorFlow resizes by default.
bool is_plain_factor(const AxisResize& r, std::int64_t in) {
  return r.coordinates == "asymmetric" && r.size % in == 0 && r.scale == float(r.size / in);
}

// With one more pixel, a repetition of the last, the corners of input and result lie so that every place between is x / scale.
at::Tensor enlarged_by_factor(const Call& call, const at::Tensor& x, const std::vector<AxisResize>& axes) {
  const auto longer = bordered(call, x, {0, 0, 0, 0}, {0, 0, 1, 1}, Border::edge);
  const auto y = at::upsample_bilinear2d(longer, {axes[0].size + 1, axes[1].size + 1}, true);
  return y.narrow(2, 0, axes[0].size).narrow(3, 0, axes[1].size);
}

}  // namespace

float source_coordinate(const AxisResize& r, std::int64_t place, std::int64_t in) {
  const auto x = float(place), length = float(in), out = float(r.size);
  const std::string& mode = r.coordinates;
  if (mode == "asymmetric") return x / r.scale;
  if (mode == "align_corners") return r.size == 1 ? 0 : x * (length - 1) / (out - 1);
  if (mode == "pytorch_half_pixel" && r.size <= 1) return 0;
  if (mode == "tf_half_pixel_for_nn") return (x + 0.5F) / r.scale;
  if (mode == "half_pixel_symmetric") {
    const float share = out / (r.scale * length);
    return length / 2 * (1 - share) + (x + 0.5F) / r.scale - 0.5F;
  }
  if (mode == "tf_crop_and_resize") {
    if (r.size <= 1) return 0.5F * (r.region_begin + r.region_end) * (length - 1);
    return r.region_begin * (length - 1) + x * (r.region_end - r.region_begin) * (length - 1) / (out - 1);
  }
  return (x + 0.5F) / r.scale - 0.5F;
}

at::Tensor resized(const Call& call, at::Tensor x, const std::vector<AxisResize>& axes) {
  auto sizes = x.sizes().vec();
  for (const auto& r : axes) sizes[r.axis] = r.size;
  require_sane(call, sizes);
  for (const auto& r : axes)
    if (x.size(r.axis) < 1 || r.size < 0 || !(r.scale > 0)) call.corrupt("resizes nothing");
  if (x.is_meta()) return shadow(sizes, x.scalar_type());
  if (is_picture_by(x, axes, "nearest") && repeats(axes[0], x.size(2)) && repeats(axes[1], x.size(3)))
    return at::upsample_nearest2d(x, {axes[0].size, axes[1].size});
  const bool corners = axes.size() == 2 && axes[0].coordinates == "align_corners" && axes[0].size > 1 && axes[1].size > 1;
  if (is_picture_by(x, axes, "linear") && (corners || (is_half_pixel(axes[0], x.size(2)) && is_half_pixel(axes[1], x.size(3)))))
    return at::upsample_bilinear2d(x, {axes[0].size, axes[1].size}, corners);
  if (is_picture_by(x, axes, "linear") && is_plain_factor(axes[0], x.size(2)) && is_plain_factor(axes[1], x.size(3)))
    return enlarged_by_factor(call, x, axes);
  const auto type = x.scalar_type();
  const bool exact = x.is_floating_point() || (!axes.empty() && axes[0].mode == "nearest");
  if (!exact) x = x.to(at::kFloat);
  for (const auto& r : axes) x = resized_axis(x, r);
  if (exact) return x;
  return type == at::kByte ? at::round(x).clamp(0, 255).to(type) : at::round(x).to(type);
}

}  // namespace inkstone::graph
