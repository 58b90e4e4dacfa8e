// Normalisation and the rectifier after it, as one layer: batch norm (Ioffe and Szegedy 2015), layer norm over a whole
// picture (Ba et al. 2016, which critics under a gradient penalty need), or none.
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

enum class Norm { none, batch, layer };

// max(v, slope v): 0 is ReLU, 1 the identity.
at::Tensor rectify(const at::Tensor& x, double slope);

// [N,C] or [N,C,H,W] -> the same, in the dtype of x; parameters and statistics stay float32 under autocast.
//   batch  weight, bias, running_mean, running_var, num_batches_tracked as torch.nn.BatchNorm2d
//   layer  weight, bias [C] as torch.nn.GroupNorm(1, C)
// Batch statistics need at least two values per channel while training; one throws bad_argument.
class NormRectifierImpl : public torch::nn::Module {
 public:
  NormRectifierImpl(Norm norm, int64_t channels, double slope);
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight, bias, running_mean, running_var, num_batches_tracked;

 private:
  at::Tensor batch_norm(const at::Tensor& x);
  at::Tensor layer_norm(const at::Tensor& x) const;
  at::Tensor by_batch(const at::Tensor& x);
  at::Tensor by_running_statistics(const at::Tensor& x) const;
  void track(const at::Tensor& mean, const at::Tensor& variance, int64_t values);

  Norm norm_;
  double slope_;
};
TORCH_MODULE(NormRectifier);

}  // namespace inkstone::nn
