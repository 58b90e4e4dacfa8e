// DnCNN (Zhang, Zuo, Chen, Meng and Zhang, "Beyond a Gaussian denoiser", IEEE TIP 2017) as KAIR publishes it, batch norms folded
// in: plain 3x3 convolutions that predict the noise. Its grey networks clean each channel of a colour picture by itself.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "nn/rectified_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct DncnnConfig {
  int64_t channels = 1;  // 1 grey, 3 colour
  int64_t features = 64;
  int64_t convolutions = 17;
};

class DncnnImpl : public torch::nn::Module {
 public:
  explicit DncnnImpl(const DncnnConfig& config);

  // x float32 [N,C,H,W] in [0,1], C the network's channels or any where these are 1 -> the same shape without the noise, not
  // clamped. arithmetic: of the convolutions.
  at::Tensor forward(const at::Tensor& x, at::ScalarType arithmetic = at::kFloat);

  const DncnnConfig config;

 private:
  std::vector<nn::RectifiedConv2d> layers_;
};
TORCH_MODULE(Dncnn);

bool is_dncnn(const StateDict& weights);
// Throws corrupt_file where tensors are missing or of another shape.
Dncnn make_dncnn(const StateDict& weights);

}  // namespace inkstone
