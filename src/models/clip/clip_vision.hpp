// CLIP's picture encoder (Radford et al. 2021): a vision transformer over square patches, whose class token is projected to where
// the texts lie. For inference alone.
//
// Parameters are named as in transformers' CLIPVisionModelWithProjection:
// vision_model.embeddings.{class_embedding,patch_embedding, position_embedding}, vision_model.pre_layrnorm (so spelt there),
// vision_model.encoder.layers.N, vision_model.post_layernorm, visual_projection.
#pragma once

#include <string>

#include <torch/nn.h>
#include <nlohmann/json_fwd.hpp>

#include "nn/fill.hpp"
#include "nn/frozen.hpp"
#include "text/clip_layer.hpp"

namespace inkstone {

// Of ViT-L/14 unless said otherwise.
struct ClipVisionConfig {
  std::int64_t width = 1024, layers = 24, heads = 16, hidden = 4096;
  std::int64_t side = 224, patch = 14;  // pixels
  std::int64_t projection = 768;
  TextActivation activation = TextActivation::quick_gelu;
  double norm_eps = 1e-5;
};

// transformers' config.json of a CLIPVisionModelWithProjection, or of a whole model, whose "vision_config" is read. Absent keys
// have transformers' defaults (ViT-B/32). Throws corrupt_file, unsupported.
ClipVisionConfig clip_vision_config_of(const nlohmann::json& config, const std::string& origin);

// A picture [1,3,H,W] in [0,1] as the encoder wants it: its shorter side made `side` pixels long, bicubic, the middle cut out,
// rounded to bytes as the images were in training, and normalised. float32 [1,3,side,side].
at::Tensor clip_pixels(const at::Tensor& picture, std::int64_t side);

// Each row of [..., P] divided by its length.
at::Tensor direction(const at::Tensor& rows);

class ClipVisionImpl : public torch::nn::Module {
 public:
  explicit ClipVisionImpl(const ClipVisionConfig& config);

  // As of clip_pixels, [N,3,side,side] -> [N,projection].
  at::Tensor forward(const at::Tensor& pixels);

  const ClipVisionConfig& config() const { return config_; }

 private:
  ClipVisionConfig config_;
  at::Tensor class_embedding, position_embedding;
  nn::FrozenConv2d patch_embedding;
  nn::FrozenLayerNorm pre_norm, post_norm;
  torch::nn::ModuleList layers;
  nn::FrozenLinear projection;
};
TORCH_MODULE(ClipVision);

// Throws corrupt_file naming a tensor that is missing, misshapen or holds NaN. Tensors of other parts of a model are left alone.
ClipVision to_clip_vision(const StateDict& weights, const ClipVisionConfig& config, const std::string& origin);

}  // namespace inkstone
