// ControlNet (Zhang et al. 2023): a copy of the U-Net's way down that also sees a picture of edges, depth or poses, and adds what
// it finds to the U-Net's skips. Names as in diffusers' ControlNetModel.
#pragma once

#include <torch/nn.h>

#include "models/stable_diffusion/unet.hpp"

namespace inkstone::sd {

struct ControlNetConfig {
  UNetConfig unet;  // of the way down
  int64_t picture_channels = 3;
  std::vector<int64_t> embedding_channels = {16, 32, 96, 256};  // of the picture's network; it halves the size between them
  bool bgr = false;                                             // the picture's channels are turned round
  bool pooled = false;                                          // residuals are means over the picture (shuffle)
};

// Throws as unet_config_of.
ControlNetConfig control_net_config_of(const nlohmann::json& config, const std::string& origin);

// conv_in, blocks.N, conv_out: [N,3,8H,8W] -> [N,C,H,W].
class ControlPictureImpl : public torch::nn::Module {
 public:
  explicit ControlPictureImpl(const ControlNetConfig& config);
  at::Tensor forward(const at::Tensor& picture);

 private:
  nn::FrozenConv2d conv_in, conv_out;
  torch::nn::ModuleList blocks;
};
TORCH_MODULE(ControlPicture);

class ControlNetModelImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights.
  explicit ControlNetModelImpl(const ControlNetConfig& config);

  // x, time, condition as the U-Net's; picture [N,3,8H,8W] in [0,1]. guess: shallow residuals count a tenth, rising to the
  // deepest, so that it steers without a prompt. The residuals are times scale. Throws bad_argument for shapes that do not fit.
  Residuals forward(const at::Tensor& x, const at::Tensor& time, const Conditioning& condition, const at::Tensor& picture,
                    double scale = 1, bool guess = false);

  const ControlNetConfig& config() const { return config_; }

 private:
  at::Tensor seen(const at::Tensor& x, const at::Tensor& picture);
  Residuals steer(const std::vector<at::Tensor>& skips, const at::Tensor& middle, double scale, bool guess);

  ControlNetConfig config_;
  nn::FrozenConv2d conv_in;
  ConditionEmbedding embed_;
  ControlPicture controlnet_cond_embedding;
  torch::nn::ModuleList down_blocks, controlnet_down_blocks;
  MiddleLevel mid_block;
  nn::FrozenConv2d controlnet_mid_block;
};
TORCH_MODULE(ControlNetModel);

// Several at once: their residuals added. Throws bad_argument where they are of different versions.
Residuals sum_of(const std::vector<Residuals>& all);

}  // namespace inkstone::sd
