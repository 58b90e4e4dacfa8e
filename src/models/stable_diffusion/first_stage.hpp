// The first stage of latent diffusion (Rombach et al. 2022) as it trains, and as a second stage stands on it: the encoder and
// decoder of AutoencoderKL, with a distribution between them or a codebook. Parameters are named as diffusers' AutoencoderKL and
// VQModel name them, so that what is trained here loads there.
#pragma once

#include <string>

#include <torch/nn.h>
#include <nlohmann/json_fwd.hpp>

#include "models/stable_diffusion/autoencoder_kl.hpp"
#include "models/stable_diffusion/vector_quantiser.hpp"

namespace inkstone::sd {

struct FirstStageConfig {
  AutoencoderConfig layers;
  int64_t codes = 0;  // entries of the codebook; 0: a distribution
};

// config.json of either class. Throws unsupported, corrupt_file.
FirstStageConfig first_stage_config_of(const nlohmann::json& config, const std::string& origin);
nlohmann::json to_json(const FirstStageConfig& config);

// Differentiable where its weights ask for gradients (nn::thaw).
class FirstStageImpl : public torch::nn::Module {
 public:
  // Unfilled: nn::fill or nn::thaw gives it weights.
  explicit FirstStageImpl(const FirstStageConfig& config);

  // Pictures [N,in,H,W] in [-1,1] with sides that are multiples of downscale(), else bad_argument. With a codebook the mean is
  // the latent before it, and logvar is undefined. Unscaled, float32.
  LatentDistribution encode(const at::Tensor& pictures);
  // Of unscaled latents, pictures about [-1,1], float32.
  at::Tensor decode(const at::Tensor& latents);
  // Throws bad_argument where there is no codebook.
  Quantised quantised(const at::Tensor& latents);

  bool has_codebook() const { return config_.codes > 0; }
  const FirstStageConfig& config() const { return config_; }
  // What both losses are weighed at: the kernel of the decoder's last convolution.
  at::Tensor last_layer() const { return named_parameters()["decoder.conv_out.weight"]; }

 private:
  FirstStageConfig config_;
  Encoder encoder;
  Decoder decoder;
  nn::FrozenConv2d quant_conv{nullptr}, post_quant_conv{nullptr};
  VectorQuantiser quantize{nullptr};
};
TORCH_MODULE(FirstStage);

}  // namespace inkstone::sd
