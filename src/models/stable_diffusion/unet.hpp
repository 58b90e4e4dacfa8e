// The U-Net of latent diffusion (Rombach et al. 2022) as Stable Diffusion 1.x, 2.x, XL and its refiner have it, with or without
// more input channels (inpainting 9, editing by instruction 8). Parameters are named exactly as diffusers' UNet2DConditionModel
// names them; that is this program's canonical layout.
#pragma once

#include <utility>
#include <vector>

#include <torch/nn.h>

#include "models/stable_diffusion/condition_embedding.hpp"
#include "models/stable_diffusion/unet_blocks.hpp"
#include "models/stable_diffusion/unet_config.hpp"

namespace inkstone::sd {

// What other networks add: a ControlNet to every skip and to the middle, a T2I-Adapter to every level.
struct Residuals {
  std::vector<at::Tensor> down;     // as many as there are skips, or none
  at::Tensor middle;                // or undefined
  std::vector<at::Tensor> adapter;  // one for each level, of XL's adapters one more for the middle; or none
};

// What step caching does with the deep features, those below the first block of the first level (Ma et al. 2024, DeepCache).
enum class DeepFeatures {
  afresh,  // computed, and forgotten
  keep,    // computed, and kept for the next
  reuse,   // those kept last for as many pictures of this size and the same weakness; computed where there are none
};

class UNet2DConditionModelImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill gives it weights. Nothing is initialised, and nothing asks for gradients.
  explicit UNet2DConditionModelImpl(const UNetConfig& config);

  // x [N,in,H,W] of any size, float32 or bfloat16 (float16 on a GPU); time float32 [N], 0 to 999 -> [N,out,H,W] in the dtype of
  // x. Differentiable where something asks for gradients: conditions, low-rank changes of layers (nn/low_rank.hpp), weights that
  // were told to. Throws bad_argument for channels or conditions of another shape.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const Conditioning& condition, const Residuals& residuals = {});

  const UNetConfig& config() const { return config_; }

  // Until told otherwise. What other networks add reaches the deep features only where these are computed.
  void set_deep_features(DeepFeatures use);
  // The mean of how far kept features were from those computed next in their place, relative; since they were last forgotten.
  double deep_change() const { return changes_ == 0 ? 0 : change_ / changes_; }

  // Weakens these transformer blocks, numbered as they are evaluated, from 0; none of them: the middle's. Weakness::none heals
  // all. Throws bad_argument for a number beyond the last.
  void weaken(Weakness weakness, const std::vector<int64_t>& blocks);

  // Whether training keeps of every block what it was given alone, and computes the rest once more (nn/recompute.hpp).
  void recompute_blocks(bool on);

  // Until told otherwise: who hears what latents look at in the prompt, by every cross-attention; nullptr: nobody.
  void listen(nn::AttentionListener* listener);

 private:
  std::vector<TransformerBlockImpl*> all_blocks();
  struct Kept {
    Weakness weakness;
    at::Tensor features;
  };

  at::Tensor deepened(at::Tensor h, const at::Tensor& active, const at::Tensor& context, const Residuals& residuals,
                      std::vector<at::Tensor>& skips);
  Kept* kept_for(const at::Tensor& h);
  void keep(const at::Tensor& h);
  void check(const at::Tensor& x, const Conditioning& condition, const Residuals& residuals) const;

  UNetConfig config_;
  nn::AttentionListener* listener_ = nullptr;
  DeepFeatures deep_features_ = DeepFeatures::afresh;
  Weakness weakness_ = Weakness::none;
  std::vector<Kept> kept_;
  double change_ = 0;
  int changes_ = 0;
  nn::FrozenConv2d conv_in, conv_out;
  ConditionEmbedding embed_;
  torch::nn::ModuleList down_blocks, up_blocks;
  MiddleLevel mid_block;
  nn::FrozenGroupNorm conv_norm_out;
};
TORCH_MODULE(UNet2DConditionModel);

// A U-Net that a listener hears while in scope; nullptr: nobody.
class Heard {
 public:
  Heard(UNet2DConditionModel unet, nn::AttentionListener* listener) : unet_(std::move(unet)), asked_(listener != nullptr) {
    if (asked_) unet_->listen(listener);
  }
  ~Heard() {
    if (asked_) unet_->listen(nullptr);
  }
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;

 private:
  UNet2DConditionModel unet_;
  bool asked_;
};

// Channels of what the way down leaves for the way up, conv_in's first.
std::vector<int64_t> skip_channels(const std::vector<int64_t>& channels, const std::vector<int64_t>& blocks);
std::vector<int64_t> skip_channels(const UNetConfig& config);

// Throws bad_argument unless context is [N,L,context_width].
void check_context(const at::Tensor& context, int64_t batch, const UNetConfig& config);

}  // namespace inkstone::sd
