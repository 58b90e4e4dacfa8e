// A codebook between encoder and decoder (van den Oord, Vinyals and Kavukcuoglu, "Neural discrete representation learning",
// NeurIPS 2017): every place of a latent becomes the nearest of so many vectors, and the gradient passes as if it had not.
#pragma once

#include <torch/nn.h>

namespace inkstone::sd {

struct Quantised {
  at::Tensor latents;          // float32 [N,C,h,w], the nearest entries; their gradient is that of z, straight through
  at::Tensor entries;          // int64 [N,h,w]
  at::Tensor codebook_loss;    // mean of (sg[z] - e)^2, which moves the entries
  at::Tensor commitment_loss;  // mean of (z - sg[e])^2, which moves the encoder
};

// Parameters as in diffusers' VectorQuantizer: embedding.weight [entries,C], from uniform within 1 / entries.
class VectorQuantiserImpl : public torch::nn::Module {
 public:
  VectorQuantiserImpl(int64_t entries, int64_t width);
  Quantised forward(const at::Tensor& z);  // [N,C,h,w]

  torch::nn::Embedding embedding;
};
TORCH_MODULE(VectorQuantiser);

}  // namespace inkstone::sd
