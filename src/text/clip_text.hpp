// CLIP's text encoder (Radford et al. 2021): a transformer with causal attention over token and position embeddings; the text as
// a whole is what the last layer says at the end mark. Of ViT-L/14, OpenCLIP's ViT-H/14 and ViT-bigG/14, and any other sizes. Its
// weights do not train; what is put beside them may (nn/low_rank.hpp, textual inversion).
//
// Parameters are named as in transformers' CLIPTextModelWithProjection: text_model.embeddings.{token,position}_embedding,
// text_model.encoder.layers.N.{layer_norm1,self_attn.{q,k,v,out}_proj,layer_norm2,mlp.{fc1,fc2}}, text_model.final_layer_norm,
// text_projection.
#pragma once

#include <vector>

#include <torch/nn.h>

#include "nn/fill.hpp"
#include "nn/frozen.hpp"
#include "tensor/state_dict.hpp"
#include "text/clip_layer.hpp"
#include "text/clip_text_config.hpp"

namespace inkstone {

// What to take from the network.
struct ClipTextAsk {
  std::int64_t skip = 0;   // layers left out at the end
  bool final_norm = true;  // of the hidden state
  bool pooled = false;
};

struct ClipTextAnswer {
  at::Tensor hidden;  // [N,L,width]
  at::Tensor pooled;  // [N,projection], [N,width] without a projection; undefined unless asked for
};

class ClipTextImpl : public torch::nn::Module {
 public:
  explicit ClipTextImpl(const ClipTextConfig& config);

  // ids int64 [N,L] below the vocabulary -> [N,L,width] in dtype, before positions are added: where embeddings of one's own go
  // in.
  at::Tensor embed(const at::Tensor& ids, at::ScalarType dtype = at::kFloat);

  // embedded [N,L,width], L at most `positions`; ends: where the end mark stands in each text, for the pooled vector. In the
  // dtype of embedded. Throws bad_argument where skip leaves no layer out of them all.
  ClipTextAnswer forward(const at::Tensor& embedded, const std::vector<std::int64_t>& ends, const ClipTextAsk& ask = {});

  const ClipTextConfig& config() const { return config_; }
  at::Device device() const { return token_embedding.device(); }

 private:
  at::Tensor pool(const at::Tensor& normed, const std::vector<std::int64_t>& ends);

  ClipTextConfig config_;
  at::Tensor token_embedding, position_embedding;
  torch::nn::ModuleList layers;
  nn::FrozenLayerNorm final_layer_norm;
  nn::FrozenLinear text_projection{nullptr};
};
TORCH_MODULE(ClipText);

// The network of weights in the canonical names (text/clip_layout.hpp); without a dtype they stay as they are, shared with their
// file. Throws corrupt_file naming a tensor that is missing, misshapen or holds NaN.
ClipText to_clip_text(const StateDict& weights, const ClipTextConfig& config, const nn::FillOptions& options = {});

}  // namespace inkstone
