// Levels of the text-conditioned U-Net: residual blocks, each followed by a transformer where the level attends to the prompt,
// then the change of size. Names as in diffusers' (CrossAttn)DownBlock2D, (CrossAttn)UpBlock2D, UNetMidBlock2DCrossAttn.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "models/stable_diffusion/residual_blocks.hpp"
#include "models/stable_diffusion/transformer_blocks.hpp"
#include "models/stable_diffusion/unet_config.hpp"

namespace inkstone::sd {

// resnets, attentions, downsamplers.
class DownLevelImpl : public torch::nn::Module {
 public:
  DownLevelImpl(int64_t level, const UNetConfig& config);
  // The first `count` blocks alone, without the change of size; appends to skips as forward does.
  void forward_first(at::Tensor x, std::size_t count, const at::Tensor& active, const at::Tensor& context,
                     std::vector<at::Tensor>& skips);
  // x [N,C,H,W]; active [N,time_width]; adapter: features of a T2I-Adapter for this level, added to what the last block gives
  // (before the size changes; after it where the level has no attention), or undefined. Appends every output to skips; returns
  // the last.
  at::Tensor forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context, const at::Tensor& adapter,
                     std::vector<at::Tensor>& skips);

  bool recompute_blocks = false;  // in training: of a block what it was given is kept alone (nn/recompute.hpp)

 private:
  torch::nn::ModuleList resnets, attentions, downsamplers;
};
TORCH_MODULE(DownLevel);

// resnets, attentions, upsamplers.
class UpLevelImpl : public torch::nn::Module {
 public:
  // place: 0 is the deepest. skips: channels of what the way down left, the last first to be used; taken from the end.
  UpLevelImpl(int64_t place, std::vector<int64_t>& skips, const UNetConfig& config);
  at::Tensor forward(at::Tensor x, const at::Tensor& active, const at::Tensor& context, std::vector<at::Tensor>& skips);
  // From block `first` to before block `end`, without the change of size; takes from skips as forward does.
  at::Tensor forward_blocks(at::Tensor x, std::size_t first, std::size_t end, const at::Tensor& active, const at::Tensor& context,
                            std::vector<at::Tensor>& skips);
  std::size_t blocks() const { return resnets->size(); }

  bool recompute_blocks = false;  // in training: of a block what it was given is kept alone (nn/recompute.hpp)

 private:
  torch::nn::ModuleList resnets, attentions, upsamplers;
};
TORCH_MODULE(UpLevel);

// resnets.0, attentions.0, resnets.1.
class MiddleLevelImpl : public torch::nn::Module {
 public:
  explicit MiddleLevelImpl(const UNetConfig& config);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& active, const at::Tensor& context);

  bool recompute_blocks = false;

 private:
  torch::nn::ModuleList resnets, attentions;
};
TORCH_MODULE(MiddleLevel);

}  // namespace inkstone::sd
