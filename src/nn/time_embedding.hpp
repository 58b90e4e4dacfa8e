// Time as a network of a diffusion process sees it: sines and cosines of falling frequency (Vaswani et al. 2017), then two linear
// layers (Ho et al. 2020).
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// time: float32 [N], any real -> float32 [N, width]: sines, then cosines of time / 10000^(i / (width/2 - 1)). width: even, at
// least 4.
at::Tensor sinusoidal_embedding(const at::Tensor& time, int64_t width);

// linear_1, linear_2, as in diffusers' TimestepEmbedding. [N] -> [N, out].
class TimeEmbeddingImpl : public torch::nn::Module {
 public:
  TimeEmbeddingImpl(int64_t width, int64_t out);
  at::Tensor forward(const at::Tensor& time);

 private:
  int64_t width_;
  torch::nn::Linear linear_1, linear_2;
};
TORCH_MODULE(TimeEmbedding);

}  // namespace inkstone::nn
