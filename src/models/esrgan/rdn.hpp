// Residual dense network for super-resolution (Zhang, Tian, Kong, Zhong and Fu, CVPR 2018) as idealo's image-super-resolution
// lays it out, under its layer names: what the slim and medium ESRGAN models of upscaler.js are.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "nn/rectified_convolution.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

struct RdnConfig {
  int64_t features = 64;  // of every block's result
  int64_t growth = 64;    // added by each convolution of a block
  int64_t blocks = 10;
  int64_t convolutions = 1;  // in a block, before its fusion
  int64_t scale = 2;
};

class RdnImpl : public torch::nn::Module {
 public:
  explicit RdnImpl(const RdnConfig& config);

  // x [N,3,H,W] RGB in [0,1], in the dtype of the arithmetic -> float32 [N,3,scale H,scale W], not clamped.
  at::Tensor forward(const at::Tensor& x);

  const RdnConfig config;

 private:
  struct Block {
    std::vector<nn::RectifiedConv2d> grow;
    std::vector<nn::RectifiedConv2d> fuse;  // of the block's input and of every layer's result
  };

  std::vector<Block> blocks_;
  std::vector<nn::RectifiedConv2d> fuse_;  // of every block's result
  nn::RectifiedConv2d shallow_{nullptr}, first_{nullptr}, fuse2_{nullptr};
  nn::RectifiedConv2d up1_{nullptr}, up2_{nullptr}, up3_{nullptr}, last_{nullptr};
};
TORCH_MODULE(Rdn);

// Tensors as TensorFlow.js names them ("F_1_1/kernel" in HWIO, "F_1_1/bias").
bool is_rdn(const StateDict& weights);
// Throws corrupt_file where tensors are missing or of another shape. scale: from the kernel before the enlargement.
Rdn make_rdn(const StateDict& weights);

}  // namespace inkstone
