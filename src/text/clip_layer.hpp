// One layer of CLIP's transformers (Radford et al. 2021), of texts and of pictures alike: normed attention and a normed
// perceptron, each added to what came in. Parameters are named as in transformers: layer_norm1, self_attn.{q,k,v,out}_proj,
// layer_norm2, mlp.{fc1,fc2}.
#pragma once

#include <torch/nn.h>

#include "nn/frozen.hpp"
#include "text/clip_text_config.hpp"

namespace inkstone {

struct ClipLayerSizes {
  std::int64_t width, heads, hidden;
  TextActivation activation;
  double norm_eps;
};

class ClipLayerImpl : public torch::nn::Module {
 public:
  explicit ClipLayerImpl(const ClipLayerSizes& sizes);
  // [N,L,width]; mask [L,L] is added to the scores, undefined: everything sees everything.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask = {});

 private:
  at::Tensor attend(const at::Tensor& x, const at::Tensor& mask);

  std::int64_t heads_;
  TextActivation activation_;
  nn::FrozenLayerNorm layer_norm1, layer_norm2;
  nn::FrozenLinear q_proj, k_proj, v_proj, out_proj, fc1, fc2;
};
TORCH_MODULE(ClipLayer);

}  // namespace inkstone
