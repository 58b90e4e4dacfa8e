// Low-rank adaptation (Hu et al. 2021, "LoRA"): what a trained layer is changed by is learned as a product of two thin matrices,
// h = W x + (alpha / r) B A x, and the layer's own weights stay as they are.
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// (alpha / r) B A x, the change alone; nought until it is trained, because B starts at nought. Parameters, under the names of
// kohya's scripts: lora_down.weight [r,I] (A), lora_up.weight [O,r] (B); buffer alpha.
class LowRankImpl : public torch::nn::Module {
 public:
  // rank at least 1.
  LowRankImpl(int64_t in, int64_t out, int64_t rank, double alpha);
  at::Tensor forward(const at::Tensor& x);  // [...,I] -> [...,O] in the dtype of x

 private:
  torch::nn::Linear lora_down, lora_up;
  double scale_;
};
TORCH_MODULE(LowRank);

// torch's linear layer, which a low-rank change may be put on.
class AdaptableLinearImpl : public torch::nn::LinearImpl {
 public:
  using torch::nn::LinearImpl::LinearImpl;
  at::Tensor forward(const at::Tensor& x);

  LowRank low_rank{nullptr};  // of somebody else's keeping: no part of this module's parameters
};
TORCH_MODULE(AdaptableLinear);

}  // namespace inkstone::nn
