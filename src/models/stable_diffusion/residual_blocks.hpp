// The convolutional blocks that the U-Net and the autoencoder of Stable Diffusion share; names as in diffusers' ResnetBlock2D,
// Downsample2D and Upsample2D.
#pragma once

#include <optional>

#include <torch/nn.h>

#include "nn/frozen.hpp"

namespace inkstone::sd {

// x + conv2(silu(norm2(conv1(silu(norm1(x))) + time_emb_proj(active)))); a 1x1 conv_shortcut where channels change.
class ResnetBlockImpl : public torch::nn::Module {
 public:
  // time_width 0: without time.
  ResnetBlockImpl(int64_t in, int64_t out, int64_t time_width, int64_t groups, double eps);
  // x [N,in,H,W]; active: silu(embedding) [N,time_width], or undefined -> [N,out,H,W]
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active = {});

 private:
  nn::FrozenGroupNorm norm1, norm2;
  nn::FrozenConv2d conv1, conv2, conv_shortcut{nullptr};
  nn::FrozenLinear time_emb_proj{nullptr};
};
TORCH_MODULE(ResnetBlock);

// conv, 3x3 with stride 2, padded on all sides: [N,C,H,W] -> [N,C,(H+1)/2,(W+1)/2]; or, as autoencoders have it, on the right and
// bottom alone: H/2.
class HalvingImpl : public torch::nn::Module {
 public:
  HalvingImpl(int64_t channels, bool one_sided);
  at::Tensor forward(const at::Tensor& x);

 private:
  bool one_sided_;
  nn::FrozenConv2d conv;
};
TORCH_MODULE(Halving);

struct PixelSize {
  int64_t height, width;
};

// Nearest neighbours to twice the size, cut to `size` where given (at most twice), then conv 3x3.
class DoublingImpl : public torch::nn::Module {
 public:
  explicit DoublingImpl(int64_t channels);
  at::Tensor forward(const at::Tensor& x, std::optional<PixelSize> size = {});

 private:
  nn::FrozenConv2d conv;
};
TORCH_MODULE(Doubling);

}  // namespace inkstone::sd
