// The first generative adversarial network as tutorials write it (Goodfellow et al., NeurIPS 2014): two multilayer perceptrons
// over pictures of any shape; with classes, the conditional form of Mirza and Osindero (2014).
#pragma once

#include <torch/nn.h>

namespace inkstone::gan {

struct Config {
  int64_t channels = 1, height = 28, width = 28;
  int64_t latent = 100;
  int64_t classes = 0;  // 0: unconditional

  int64_t pixels() const { return channels * height * width; }
};

// Linear latent -> 128, LeakyReLU 0.2; -> 256 and -> 512, each with batch norm and LeakyReLU 0.2; -> pixels, tanh.
// Parameters model.0, model.2, model.3 (norm), model.5, model.6 (norm), model.8; with classes label_emb [classes,classes].
class Generator : public torch::nn::Module {
 public:
  explicit Generator(const Config& config);
  // z float32 [N,latent], labels int64 [N] (read with classes only) -> [N,C,H,W] in [-1,1].
  at::Tensor forward(const at::Tensor& z, const at::Tensor& labels);

 private:
  Config config_;
  torch::nn::Sequential model_;
  torch::nn::Embedding label_emb_ = nullptr;
};

// Linear pixels -> 512 -> 256 -> 1 with LeakyReLU 0.2 between; the sigmoid after the last one is left to the loss, which
// computes it and its logarithm without overflow. Parameters model.0, model.2, model.4; with classes label_emb.
class Discriminator : public torch::nn::Module {
 public:
  explicit Discriminator(const Config& config);
  // x [N,C,H,W], labels [N] -> logits [N]: log-odds that the picture is real.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& labels);

 private:
  torch::nn::Sequential model_;
  torch::nn::Embedding label_emb_ = nullptr;
};

}  // namespace inkstone::gan
