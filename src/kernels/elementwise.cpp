#include "kernels/elementwise.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace inkstone::kernels {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

// bfloat16 is compared through its bits, which the compiler turns into vector code: with the lower fifteen bits of
// negative values inverted, the order of the bits as integers is the order of the values. Its own inverse.
inline int16_t ordered(int16_t bits) {
  return static_cast<int16_t>(bits ^ ((bits >> 15) & 0x7fff));
}
inline float ordered(float v) {
  return v;
}

// Bits is int32_t for float32, int16_t for bfloat16: positive exactly when the value is.
template <class Bits>
void relu_backward_bits(void* gradient, const void* output, int64_t count) {
  auto* g = static_cast<Bits*>(gradient);
  const auto* o = static_cast<const Bits*>(output);
  at::parallel_for(0, count, 1 << 16, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) g[i] = static_cast<Bits>(g[i] & -static_cast<Bits>(o[i] > 0));
  });
}

// Calls row(n, y, x) -> for every output pixel of a 2x2 pooling, in parallel over output rows.
template <class Body>
void for_each_window(const at::Tensor& pooled, Body body) {
  const int64_t h = pooled.size(2), w = pooled.size(3);
  at::parallel_for(0, pooled.size(0) * h, 4, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t x = 0; x < w; ++x) body(row / h, row % h, x);
  });
}

// Offsets of the window's four pixels, in elements.
struct Window {
  int64_t first, right, below, diagonal;
  Window(const at::Tensor& x, int64_t n, int64_t py, int64_t px) {
    const int64_t c = x.size(1), stride = x.size(3) * c;
    first = (n * x.size(2) + 2 * py) * stride + 2 * px * c;
    right = first + c;
    below = first + stride;
    diagonal = below + c;
  }
};

int64_t pixel(const at::Tensor& t, int64_t n, int64_t y, int64_t x) {
  return ((n * t.size(2) + y) * t.size(3) + x) * t.size(1);
}

at::Tensor empty_pooled(const at::Tensor& x) {
  return at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2}, x.options(), kChannelsLast);
}

template <class T>
void max_pool_forward(const at::Tensor& x, at::Tensor& y) {
  const auto* in = static_cast<const T*>(x.data_ptr());
  auto* out = static_cast<T*>(y.data_ptr());
  const int64_t channels = x.size(1);
  for_each_window(y, [&](int64_t n, int64_t py, int64_t px) {
    const Window at(x, n, py, px);
    const T *a = in + at.first, *b = in + at.right, *c = in + at.below, *d = in + at.diagonal;
    T* o = out + pixel(y, n, py, px);
    for (int64_t i = 0; i < channels; ++i) {
      const T top = std::max(ordered(a[i]), ordered(b[i])), bottom = std::max(ordered(c[i]), ordered(d[i]));
      o[i] = ordered(std::max(top, bottom));
    }
  });
}

template <class T>
void max_pool_backward_windows(const at::Tensor& gradient, const at::Tensor& x, at::Tensor& dx) {
  const auto *in = static_cast<const T*>(x.data_ptr()), *g = static_cast<const T*>(gradient.data_ptr());
  auto* out = static_cast<T*>(dx.data_ptr());
  const int64_t channels = x.size(1);
  for_each_window(gradient, [&](int64_t n, int64_t py, int64_t px) {
    const Window at(x, n, py, px);
    const T *a = in + at.first, *b = in + at.right, *c = in + at.below, *d = in + at.diagonal;
    T *oa = out + at.first, *ob = out + at.right, *oc = out + at.below, *od = out + at.diagonal;
    const T* gy = g + pixel(gradient, n, py, px);
    for (int64_t i = 0; i < channels; ++i) {
      const T va = ordered(a[i]), vb = ordered(b[i]), vc = ordered(c[i]), vd = ordered(d[i]);
      const T top = std::max(va, vb), bottom = std::max(vc, vd), zero = 0;
      const T upper = top >= bottom ? gy[i] : zero, lower = top >= bottom ? zero : gy[i];
      oa[i] = va >= vb ? upper : zero;
      ob[i] = va >= vb ? zero : upper;
      oc[i] = vc >= vd ? lower : zero;
      od[i] = vc >= vd ? zero : lower;
    }
  });
}

// An odd last row or column takes no part in pooling and gets no gradient.
void clear_odd_edges(at::Tensor& dx) {
  if (dx.size(2) % 2 != 0) dx.narrow(2, dx.size(2) - 1, 1).zero_();
  if (dx.size(3) % 2 != 0) dx.narrow(3, dx.size(3) - 1, 1).zero_();
}

bool is_float(const at::Tensor& t) {
  return t.scalar_type() == at::kFloat;
}

}  // namespace

void relu_backward_(at::Tensor& gradient, const at::Tensor& output) {
  if (!gradient.is_cpu()) {
    gradient.mul_(output > 0);
  } else if (is_float(gradient)) {
    relu_backward_bits<int32_t>(gradient.data_ptr(), output.data_ptr(), gradient.numel());
  } else {
    relu_backward_bits<int16_t>(gradient.data_ptr(), output.data_ptr(), gradient.numel());
  }
}

at::Tensor max_pool(const at::Tensor& x) {
  if (!x.is_cpu()) return at::max_pool2d(x, 2, 2);
  auto y = empty_pooled(x);
  is_float(x) ? max_pool_forward<float>(x, y) : max_pool_forward<int16_t>(x, y);
  return y;
}

at::Tensor max_pool_backward(const at::Tensor& gradient, const at::Tensor& x) {
  if (!x.is_cpu()) {
    const auto indices = std::get<1>(at::max_pool2d_with_indices(x, 2, 2));
    return at::max_pool2d_with_indices_backward(gradient, x, 2, 2, 0, 1, false, indices);
  }
  auto dx = at::empty_like(x, kChannelsLast);
  is_float(x) ? max_pool_backward_windows<float>(gradient, x, dx) : max_pool_backward_windows<int16_t>(gradient, x, dx);
  clear_odd_edges(dx);
  return dx;
}

at::Tensor average_pool(const at::Tensor& x) {
  return at::avg_pool2d(x, 2, 2);
}

at::Tensor average_pool_backward(const at::Tensor& gradient, const at::Tensor& x) {
  return at::avg_pool2d_backward(gradient, x, 2, 2, 0, false, true, c10::nullopt);
}

}  // namespace inkstone::kernels
