#include "nn/mirror.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace inkstone::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Calls body(row of the border, row that it mirrors), both counted in the picture with its borders.
template <class Body>
void for_each_mirrored(int64_t length, int64_t before, int64_t after, Body body) {
  for (int64_t i = 1; i <= before; ++i) body(before - i, before + i);
  const int64_t last = before + length - 1;
  for (int64_t i = 1; i <= after; ++i) body(last + i, last - i);
}

struct Mirror : torch::autograd::Function<Mirror> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, int64_t before, int64_t after) {
    at::AutoDispatchBelowADInplaceOrView below;
    const int64_t height = x.size(2), width = x.size(3);
    context->saved_data["borders"] = std::vector<int64_t>{height, width, before, after};
    auto y = at::empty({x.size(0), x.size(1), height + before + after, width + before + after}, x.options(),
                       at::MemoryFormat::ChannelsLast);
    y.narrow(2, before, height).narrow(3, before, width).copy_(x);
    auto whole_rows = y.narrow(2, before, height);
    for_each_mirrored(width, before, after,
                      [&](int64_t to, int64_t from) { whole_rows.select(3, to).copy_(whole_rows.select(3, from)); });
    for_each_mirrored(height, before, after, [&](int64_t to, int64_t from) { y.select(2, to).copy_(y.select(2, from)); });
    return y;
  }

  // Every pixel of the border hands its gradient to the one it mirrors.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto sizes = context->saved_data["borders"].toIntVector();
    const int64_t height = sizes[0], width = sizes[1], before = sizes[2], after = sizes[3];
    auto g = gradients[0].clone(at::MemoryFormat::ChannelsLast);
    for_each_mirrored(height, before, after, [&](int64_t from, int64_t to) { g.select(2, to).add_(g.select(2, from)); });
    auto whole_rows = g.narrow(2, before, height);
    for_each_mirrored(width, before, after,
                      [&](int64_t from, int64_t to) { whole_rows.select(3, to).add_(whole_rows.select(3, from)); });
    return {whole_rows.narrow(3, before, width).contiguous(at::MemoryFormat::ChannelsLast), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor mirrored(const at::Tensor& x, int64_t before, int64_t after) {
  return Mirror::apply(x, before, after);
}

}  // namespace inkstone::nn
