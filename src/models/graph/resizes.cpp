// Resize and Upsample of ONNX.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"
#include "models/graph/operators.hpp"
#include "models/graph/resizing.hpp"

namespace inkstone::graph {
namespace {

using List = std::vector<std::int64_t>;

std::vector<float> floats(Call& c, std::size_t i) {
  if (c.in(i).is_meta()) c.unsupported("needs numbers that depend on what is in the picture");
  const auto values = c.in(i).to(at::kFloat).contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

// Scales are finite, so that sizes are.
std::int64_t scaled_size(const Call& c, std::int64_t size, float scale) {
  if (!(scale > 0) || scale > 1024) c.corrupt("resizes by a factor that cannot be");
  return static_cast<std::int64_t>(std::floor(float(size) * scale));
}

AxisResize style_of(Call& c) {
  AxisResize style;
  style.mode = c.text("mode", "nearest");
  if (style.mode == "bilinear") style.mode = "linear";
  if (style.mode != "nearest" && style.mode != "linear" && style.mode != "cubic")
    c.unsupported("resizes in the mode '" + style.mode + "'");
  const bool early = c.opset() < 11 || c.node().op == "Upsample";
  style.coordinates = early ? "asymmetric" : c.text("coordinate_transformation_mode", "half_pixel");
  style.nearest = early ? "simple" : c.text("nearest_mode", "round_prefer_floor");
  style.cubic = float(c.number("cubic_coeff_a", -0.75));
  style.exclude_outside = c.integer("exclude_outside", 0) != 0;
  style.antialias = c.integer("antialias", 0) != 0;
  style.outside = float(c.number("extrapolation_value", 0));
  return style;
}

// One scale for all axes, so that the result fits into the sizes or covers them.
void keep_aspect(Call& c, const at::Tensor& x, std::vector<AxisResize>& axes) {
  const std::string policy = c.text("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch" || axes.empty()) return;
  float scale = axes[0].scale;
  for (const auto& r : axes) scale = policy == "not_larger" ? std::min(scale, r.scale) : std::max(scale, r.scale);
  for (auto& r : axes) r.scale = scale, r.size = static_cast<std::int64_t>(std::floor(scale * float(x.size(r.axis)) + 0.5F));
}

// Which axes change, and how far. Scales come as an attribute (Upsample up to opset 8), the second input (up to opset 10) or the
// third; sizes as the fourth.
std::vector<AxisResize> axes_to_resize(Call& c) {
  const at::Tensor& x = c.in(0);
  const bool late = c.opset() >= 11 && c.node().op == "Resize";
  List axes(x.dim());
  std::iota(axes.begin(), axes.end(), 0);
  if (c.attribute("axes")) axes = axes_of(c, c.integers("axes"), x.dim());
  std::vector<AxisResize> list(axes.size(), style_of(c));
  std::vector<float> scales, region;
  List sizes;
  if (c.attribute("scales"))
    for (const auto s : c.numbers("scales")) scales.push_back(float(s));
  else if (const std::size_t i = late ? 2 : 1; c.has(i) && c.in(i).numel() > 0)
    scales = floats(c, i);
  else
    sizes = c.list(3);
  if (late && c.has(1) && list[0].coordinates == "tf_crop_and_resize") region = floats(c, 1);
  if ((scales.empty() ? sizes.size() : scales.size()) != axes.size()) c.corrupt("resizes other axes than its input has");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    AxisResize& r = list[i];
    r.axis = axes[i];
    const auto in = x.size(r.axis);
    r.size = scales.empty() ? sizes[i] : scaled_size(c, in, scales[i]);
    r.scale = scales.empty() ? float(r.size) / float(in) : scales[i];
    if (region.size() == 2 * axes.size()) r.region_begin = region[i], r.region_end = region[axes.size() + i];
  }
  if (scales.empty()) keep_aspect(c, x, list);
  const bool crops = list[0].coordinates == "tf_crop_and_resize";
  std::erase_if(list, [&](const AxisResize& r) { return r.size == x.size(r.axis) && r.scale == 1 && !crops; });
  return list;
}

constexpr Operator kResizes[] = {
    {"Resize", [](Call& c) -> Outputs { return resized(c, c.in(0), axes_to_resize(c)); }},
    {"Upsample", [](Call& c) -> Outputs { return resized(c, c.in(0), axes_to_resize(c)); }},
};

}  // namespace

std::span<const Operator> resizing_operators() {
  return kResizes;
}

}  // namespace inkstone::graph
