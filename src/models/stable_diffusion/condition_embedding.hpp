// What a U-Net is told about a picture besides the prompt's tokens: the time, and in some versions a pooled prompt with sizes and
// crops (Podell et al. 2023, SDXL), a class, or the guidance scale of a distilled network.
#pragma once

#include <torch/nn.h>

#include "models/stable_diffusion/unet_config.hpp"
#include "nn/frozen.hpp"

namespace inkstone::sd {

struct Conditioning {
  at::Tensor context;   // [N,L,context_width]
  at::Tensor pooled;    // [N,P] where the network has an added embedding
  at::Tensor time_ids;  // [N,6], of the refiner [N,5]: sizes and crops, or a score
  at::Tensor labels;    // [N], or [N,projection_width], where the network has a class embedding
  at::Tensor guidance;  // float32 [N,guidance_width] where the network takes the guidance scale, by guidance_embedding
};

// float32 [N] -> float32 [N,width]: cosines and sines of time / 10000^(i / (width/2 - shift)), cosines first if asked.
at::Tensor time_projection(const at::Tensor& time, int64_t width, bool cosine_first, double shift);

// The guidance scale as distilled networks take it (Luo et al. 2023, latent consistency): scale - 1, projected as 1000 times a
// time.
at::Tensor guidance_embedding(const at::Tensor& scale, int64_t width);

// linear_2(silu(linear_1(x [+ cond_proj(guidance)]))).
class VectorEmbeddingImpl : public torch::nn::Module {
 public:
  VectorEmbeddingImpl(int64_t in, int64_t out, int64_t guidance_width = 0);
  at::Tensor forward(at::Tensor x, const at::Tensor& guidance = {});

 private:
  nn::FrozenLinear linear_1, linear_2, cond_proj{nullptr};
};
TORCH_MODULE(VectorEmbedding);

// time_embedding, class_embedding and add_embedding of a network, registered with it under these names.
class ConditionEmbedding {
 public:
  ConditionEmbedding(torch::nn::Module& network, const UNetConfig& config);
  // silu(embedding) [N,time_width] in dtype; time float32 [N]. Throws bad_argument where the condition lacks what the network
  // needs.
  at::Tensor operator()(const at::Tensor& time, const Conditioning& condition, at::ScalarType dtype);

 private:
  at::Tensor classes(const at::Tensor& labels, at::ScalarType dtype);
  at::Tensor added(const Conditioning& condition, at::ScalarType dtype);
  at::Tensor projection(const at::Tensor& time, int64_t width) const;

  UNetConfig config_;
  VectorEmbedding time_embedding, add_embedding{nullptr}, class_embedding{nullptr};
  at::Tensor class_table_;
};

}  // namespace inkstone::sd
