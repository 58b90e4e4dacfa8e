// The network that paints from words: a text encoder and what listens to it, trained as one: the transformer, or the U-Net of
// latent diffusion (Rombach et al. 2022) under diffusers' names.
#pragma once

#include "models/stable_diffusion/unet.hpp"
#include "models/words/text_encoder.hpp"
#include "models/words/transformer.hpp"

namespace inkstone::words {

// Parameters: text_encoder., transformer. or unet.
class PainterImpl : public torch::nn::Module {
 public:
  // Throws bad_argument for sizes that do not fit one another.
  explicit PainterImpl(const PainterConfig& config);

  // x float32 [N,C,H,W], noisy; time float32 [N] in [0,1000]; ids int64 [N,L] -> what the network says, float32 like x.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& ids) {
    return paint(x, time, text_encoder(ids));
  }
  // The same of words [N,L,T] as the text encoder says them. listener: hears what places look at, or none.
  at::Tensor paint(const at::Tensor& x, const at::Tensor& time, const at::Tensor& words,
                   nn::AttentionListener* listener = nullptr);

  // Training keeps of a block what it was given alone (nn/recompute.hpp).
  void recompute_blocks();
  const PainterConfig& config() const { return config_; }

  TextEncoder text_encoder;
  Transformer transformer{nullptr};
  sd::UNet2DConditionModel unet{nullptr};

 private:
  PainterConfig config_;
};
TORCH_MODULE(Painter);

}  // namespace inkstone::words
