// Deep convolutional GAN (Radford, Metz and Chintala, ICLR 2016) for pictures of 16 to 256 pixels a side, square or not: stages
// of 4x4 convolutions at stride 2 between the picture and a base of about 4x4. At 64x64 the parameters are named, and computed,
// as in PyTorch's DCGAN example. With classes: the embedded label joins the latent, and the discriminator is
// conditioned by projection (Miyato and Koyama, ICLR 2018).
#pragma once

#include <torch/nn.h>

#include "nn/norm_rectifier.hpp"
#include "nn/resolution_plan.hpp"

namespace inkstone::dcgan {

struct Config {
  int64_t channels = 3, height = 64, width = 64;
  int64_t latent = 100;
  int64_t generator_features = 64,
          discriminator_features = 64;  // channels next to the picture; doubled per stage up to eightfold
  int64_t classes = 0;
  nn::Norm discriminator_norm = nn::Norm::batch;
  bool spectral = false;  // spectral normalisation of every layer of the discriminator

  nn::ResolutionPlan plan() const { return nn::plan_resolution(height, width); }  // throws bad_argument
};

// main.0 projects to the base; then per stage transposed convolution, norm, ReLU; last tanh. label_emb [classes,latent].
class Generator : public torch::nn::Module {
 public:
  explicit Generator(const Config& config);
  // z float32 [N,latent], labels int64 [N] (read with classes only) -> [N,C,H,W] in [-1,1].
  at::Tensor forward(const at::Tensor& z, const at::Tensor& labels);

 private:
  torch::nn::Sequential main_;
  torch::nn::Embedding label_emb_ = nullptr;
};

// Convolutions with LeakyReLU 0.2, norms on all but the first and last; the last covers the base. The sigmoid is the
// loss's. With classes: label_emb [classes, features at the base], whose product with the summed last features, over the root of
// the number of pixels, is added. (Miyato and Koyama add the whole sum, under spectral normalisation; without it the label is
// learned so much faster than shapes that the generator collapses. With the mean it is hardly learned at all.)
class Discriminator : public torch::nn::Module {
 public:
  explicit Discriminator(const Config& config);
  // x [N,C,H,W], labels [N] -> logits [N].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& labels);

 private:
  torch::nn::Sequential main_;
  torch::nn::Embedding label_emb_ = nullptr;
};

}  // namespace inkstone::dcgan
