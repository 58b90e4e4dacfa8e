#include "kernels/regrouped_weights.hpp"

#include <algorithm>
#include <cstring>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace inkstone::kernels {
namespace {

int64_t floor_division(int64_t a, int64_t b) {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

}  // namespace

at::Tensor phase_weights(const at::Tensor& weight, int64_t s) {
  const int64_t taps_h = (weight.size(2) + s - 1) / s, taps_w = (weight.size(3) + s - 1) / s;
  const auto padded = at::constant_pad_nd(weight, {0, taps_w * s - weight.size(3), 0, taps_h * s - weight.size(2)});
  // [I,O,t,a,u,b] -> [a,b,O,I,t,u]; the last tap meets the first pixel
  return padded.reshape({weight.size(0), weight.size(1), taps_h, s, taps_w, s})
      .permute({3, 5, 1, 0, 2, 4})
      .reshape({s * s * weight.size(1), weight.size(0), taps_h, taps_w})
      .flip({2, 3})
      .contiguous();
}

at::Tensor interleaved(const at::Tensor& y, int64_t s, int64_t top, int64_t left, int64_t height, int64_t width) {
  const int64_t n = y.size(0), channels = y.size(1) / (s * s), rows = y.size(2), columns = y.size(3);
  const auto from = y.contiguous(at::MemoryFormat::ChannelsLast);
  const auto to = at::empty({n, channels, height, width}, y.options(), at::MemoryFormat::ChannelsLast);
  const int64_t pixel = channels * int64_t(y.element_size()), cell = s * s * pixel;
  const auto* source = static_cast<const std::byte*>(from.data_ptr());
  auto* target = static_cast<std::byte*>(to.data_ptr());
  at::parallel_for(0, n * height, 16, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; ++line) {
      const int64_t place = line % height + top;
      const auto* cells = source + ((line / height * rows + place / s) * columns) * cell + place % s * s * pixel;
      auto* out = target + line * width * pixel;
      // s neighbouring pixels of a line lie together
      for (int64_t x = left; x < left + width;) {
        const int64_t count = std::min(s - x % s, left + width - x);
        std::memcpy(out + (x - left) * pixel, cells + x / s * cell + x % s * pixel, std::size_t(count * pixel));
        x += count;
      }
    }
  });
  return to;
}

GroupedWeights group_weights(const at::Tensor& weight, int64_t m, int64_t left) {
  const int64_t out = weight.size(0), in = weight.size(1), taps = weight.size(3);
  const int64_t first = floor_division(-left, m), last = floor_division(m - 1 - left + taps - 1, m);
  const auto grouped = at::zeros({m, out, m, in, weight.size(2), last - first + 1}, weight.options());
  for (int64_t b = 0; b < m; ++b)
    for (int64_t k = 0; k < taps; ++k) {
      const int64_t place = b - left + k, group = floor_division(place, m);
      grouped.select(0, b).select(1, place - group * m).select(-1, group - first).copy_(weight.select(-1, k));
    }
  return {grouped.reshape({m * out, m * in, weight.size(2), last - first + 1}), -first};
}

at::Tensor grouped_pixels(const at::Tensor& x, int64_t m) {
  const auto rows = x.contiguous(at::MemoryFormat::ChannelsLast).permute({0, 2, 3, 1});
  return rows.reshape({x.size(0), x.size(2), x.size(3) / m, x.size(1) * m}).permute({0, 3, 1, 2});
}

at::Tensor single_pixels(const at::Tensor& x, int64_t m) {
  const auto rows = x.contiguous(at::MemoryFormat::ChannelsLast).permute({0, 2, 3, 1});
  return rows.reshape({x.size(0), x.size(2), x.size(3) * m, x.size(1) / m}).permute({0, 3, 1, 2});
}

}  // namespace inkstone::kernels
