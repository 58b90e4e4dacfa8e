#include "objectives/gram.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "kernels/matmul.hpp"

namespace inkstone::objectives {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Of one picture, channels-last: [H*W,C], a view.
at::Tensor rows_of(const at::Tensor& features, int64_t picture) {
  return features[picture].permute({1, 2, 0}).reshape({-1, features.size(1)});
}

struct Gram : torch::autograd::Function<Gram> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& features) {
    at::AutoDispatchBelowADInplaceOrView below;
    const auto x = features.contiguous(at::MemoryFormat::ChannelsLast);
    context->save_for_backward({x});
    std::vector<at::Tensor> grams;
    for (int64_t n = 0; n < x.size(0); ++n) grams.push_back(kernels::transposed_product(rows_of(x, n), rows_of(x, n)));
    return at::stack(grams);
  }

  // With rows x, G = x^T x and dx = x (dG + dG^T).
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto x = context->get_saved_variables()[0];
    const auto symmetric = (gradients[0] + gradients[0].transpose(1, 2)).contiguous();
    auto dx = at::zeros_like(x);
    for (int64_t n = 0; n < x.size(0); ++n) {
      auto rows = rows_of(dx, n);
      kernels::add_product_(rows, rows_of(x, n), symmetric[n]);
    }
    return {dx};
  }
};

}  // namespace

at::Tensor gram_matrix(const at::Tensor& features) {
  if (features.is_cpu()) return Gram::apply(features);
  const auto x = features.to(at::kFloat).flatten(2);
  return at::bmm(x, x.transpose(1, 2));
}

}  // namespace inkstone::objectives
