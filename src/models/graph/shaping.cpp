#include "models/graph/shaping.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "models/graph/operands.hpp"

namespace inkstone::graph {
namespace {

bool lies_channels_last(const at::Tensor& x) {
  return x.dim() == 4 && !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

at::Tensor reshaped(const at::Tensor& x, const std::vector<std::int64_t>& sizes) {
  return x.reshape(sizes);
}

at::Tensor squeezed(const Call& call, const at::Tensor& x, std::vector<std::int64_t> axes) {
  if (axes.empty()) return x.squeeze();
  axes = axes_of(call, std::move(axes), x.dim());
  std::vector<std::int64_t> sizes;
  for (std::int64_t i = 0; i < x.dim(); ++i) {
    const bool goes = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (goes && x.size(i) != 1) call.corrupt("drops a side that is not one");
    if (!goes) sizes.push_back(x.size(i));
  }
  return x.reshape(sizes);
}

at::Tensor unsqueezed(const Call& call, at::Tensor x, std::vector<std::int64_t> axes) {
  axes = axes_of(call, std::move(axes), x.dim() + std::int64_t(axes.size()));
  std::sort(axes.begin(), axes.end());
  for (const auto axis : axes) x = x.unsqueeze(axis_of(call, axis, x.dim() + 1));
  return x;
}

at::Tensor joined(const Call& call, std::vector<at::Tensor> parts, std::int64_t axis) {
  std::erase_if(parts, [](const at::Tensor& part) { return !part.defined(); });
  if (parts.empty()) call.corrupt("joins nothing");
  axis = axis_of(call, axis, parts.front().dim());
  bool last = true;
  for (std::size_t i = 1; i < parts.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) {
      auto& a = parts[k];
      auto& b = parts[i];
      if (a.is_meta() != b.is_meta())
        (a.is_meta() ? b : a) = shadow((a.is_meta() ? b : a).sizes(), (a.is_meta() ? b : a).scalar_type());
      const bool mixed = a.is_floating_point() && b.is_floating_point() && a.scalar_type() != b.scalar_type();
      if (mixed) a = a.to(at::kFloat), b = b.to(at::kFloat);
    }
  for (const auto& part : parts) last = last && lies_channels_last(part);
  if (!last || parts.front().is_meta()) return at::cat(parts, axis);
  constexpr std::int64_t kPlaces[] = {0, 3, 1, 2};
  for (auto& part : parts) part = part.permute({0, 2, 3, 1});
  return at::cat(parts, kPlaces[axis]).permute({0, 3, 1, 2});
}

at::Tensor repeated(const Call& call, const at::Tensor& x, const std::vector<std::int64_t>& repeats) {
  auto sizes = x.sizes().vec();
  if (repeats.size() != sizes.size()) call.corrupt("repeats other axes than its input has");
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    require_sane(call, {sizes[i], repeats[i]});
    sizes[i] *= repeats[i];
  }
  require_sane(call, sizes);
  return x.repeat(repeats);
}

at::Tensor counted(const Call& call, double begin, double end, double step, at::ScalarType dtype) {
  const double count = std::ceil((end - begin) / step);
  if (step == 0 || !std::isfinite(count)) call.corrupt("counts without an end");
  require_sane(call, {std::max<std::int64_t>(0, static_cast<std::int64_t>(std::min(count, 1e18)))});
  const auto steps = at::arange(static_cast<std::int64_t>(std::max(count, 0.0)), at::kDouble);
  return (steps * step + begin).to(dtype);
}

at::Tensor blocks_to_space(const at::Tensor& x, std::int64_t block, bool channels_first) {
  const auto n = x.size(0), h = x.size(2), w = x.size(3), c = x.size(1) / (block * block);
  // through [N, H, b, W, b, C], so that the result lies channels-last
  const auto cut = channels_first ? x.permute({0, 2, 3, 1}).reshape({n, h, w, c, block, block}).permute({0, 1, 4, 2, 5, 3})
                                  : x.permute({0, 2, 3, 1}).reshape({n, h, w, block, block, c}).permute({0, 1, 3, 2, 4, 5});
  return cut.reshape({n, h * block, w * block, c}).permute({0, 3, 1, 2});
}

at::Tensor space_to_blocks(const at::Tensor& x, std::int64_t block) {
  const auto n = x.size(0), c = x.size(1), h = x.size(2) / block, w = x.size(3) / block;
  return x.permute({0, 2, 3, 1})
      .reshape({n, h, block, w, block, c})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({n, h, w, block * block * c})
      .permute({0, 3, 1, 2});
}

}  // namespace inkstone::graph
