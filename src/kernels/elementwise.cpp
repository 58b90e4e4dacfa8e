#include "kernels/elementwise.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

namespace inkstone::kernels {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

// Bit tests on the stored form: bfloat16 is positive when its sign is clear and it is not zero.
inline bool positive(float v) { return v > 0; }
inline bool positive(at::BFloat16 v) { return static_cast<int16_t>(v.x) > 0; }

template <class T>
void relu_backward_rows(T* gradient, const T* output, int64_t count) {
  at::parallel_for(0, count, 1 << 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) gradient[i] = positive(output[i]) ? gradient[i] : T(0);
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
  const T* in = x.data_ptr<T>();
  T* out = y.data_ptr<T>();
  const int64_t channels = x.size(1);
  for_each_window(y, [&](int64_t n, int64_t py, int64_t px) {
    const Window at(x, n, py, px);
    const T *a = in + at.first, *b = in + at.right, *c = in + at.below, *d = in + at.diagonal;
    T* o = out + pixel(y, n, py, px);
    for (int64_t i = 0; i < channels; ++i) {
      const T top = a[i] < b[i] ? b[i] : a[i], bottom = c[i] < d[i] ? d[i] : c[i];
      o[i] = top < bottom ? bottom : top;
    }
  });
}

template <class T>
void max_pool_backward_windows(const at::Tensor& gradient, const at::Tensor& x, at::Tensor& dx) {
  const T *in = x.data_ptr<T>(), *g = gradient.data_ptr<T>();
  T* out = dx.data_ptr<T>();
  const int64_t channels = x.size(1);
  for_each_window(gradient, [&](int64_t n, int64_t py, int64_t px) {
    const Window at(x, n, py, px);
    const T *a = in + at.first, *b = in + at.right, *c = in + at.below, *d = in + at.diagonal;
    T *oa = out + at.first, *ob = out + at.right, *oc = out + at.below, *od = out + at.diagonal;
    const T* gy = g + pixel(gradient, n, py, px);
    for (int64_t i = 0; i < channels; ++i) {
      const bool ab = !(a[i] < b[i]), cd = !(c[i] < d[i]);
      const T top = ab ? a[i] : b[i], bottom = cd ? c[i] : d[i];
      const bool upper = !(top < bottom);
      oa[i] = upper && ab ? gy[i] : T(0);
      ob[i] = upper && !ab ? gy[i] : T(0);
      oc[i] = !upper && cd ? gy[i] : T(0);
      od[i] = !upper && !cd ? gy[i] : T(0);
    }
  });
}

// An odd last row or column takes no part in pooling and gets no gradient.
void clear_odd_edges(at::Tensor& dx) {
  if (dx.size(2) % 2 != 0) dx.narrow(2, dx.size(2) - 1, 1).zero_();
  if (dx.size(3) % 2 != 0) dx.narrow(3, dx.size(3) - 1, 1).zero_();
}

bool is_float(const at::Tensor& t) { return t.scalar_type() == at::kFloat; }

}  // namespace

void relu_backward_(at::Tensor& gradient, const at::Tensor& output) {
  if (!gradient.is_cpu()) {
    gradient.mul_(output > 0);
  } else if (is_float(gradient)) {
    relu_backward_rows(gradient.data_ptr<float>(), output.data_ptr<float>(), gradient.numel());
  } else {
    relu_backward_rows(gradient.data_ptr<at::BFloat16>(), output.data_ptr<at::BFloat16>(), gradient.numel());
  }
}

at::Tensor max_pool(const at::Tensor& x) {
  if (!x.is_cpu()) return at::max_pool2d(x, 2, 2);
  auto y = empty_pooled(x);
  is_float(x) ? max_pool_forward<float>(x, y) : max_pool_forward<at::BFloat16>(x, y);
  return y;
}

at::Tensor max_pool_backward(const at::Tensor& gradient, const at::Tensor& x) {
  if (!x.is_cpu()) {
    const auto indices = std::get<1>(at::max_pool2d_with_indices(x, 2, 2));
    return at::max_pool2d_with_indices_backward(gradient, x, 2, 2, 0, 1, false, indices);
  }
  auto dx = at::empty_like(x, kChannelsLast);
  is_float(x) ? max_pool_backward_windows<float>(gradient, x, dx) : max_pool_backward_windows<at::BFloat16>(gradient, x, dx);
  clear_odd_edges(dx);
  return dx;
}

at::Tensor average_pool(const at::Tensor& x) { return at::avg_pool2d(x, 2, 2); }

at::Tensor average_pool_backward(const at::Tensor& gradient, const at::Tensor& x) {
  return at::avg_pool2d_backward(gradient, x, 2, 2, 0, false, true, c10::nullopt);
}

}  // namespace inkstone::kernels
