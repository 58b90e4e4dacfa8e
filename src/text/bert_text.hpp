// BERT's encoder (Devlin et al. 2019): a transformer that normalises after each half of a layer, over tokens that all see each
// other. For inference alone; MiniLM (Wang et al. 2020) is one of six layers.
//
// Parameters are named as in transformers' BertModel: embeddings.{word,position,token_type}_embeddings, embeddings.LayerNorm,
// encoder.layer.N.{attention.{self.{query,key,value},output.{dense,LayerNorm}},intermediate.dense,output.{dense,LayerNorm}}.
#pragma once

#include <filesystem>
#include <string_view>

#include <torch/nn.h>

#include "nn/fill.hpp"
#include "nn/frozen.hpp"

namespace inkstone {

struct BertConfig {
  int64_t vocabulary = 30522, positions = 512, types = 2, width = 384, layers = 6, heads = 12, hidden = 1536;
  double norm_eps = 1e-12;
};

// transformers' config.json; absent keys have the value of MiniLM-L6. Throws not_found, io, corrupt_file, unsupported (other than
// gelu and absolute positions).
BertConfig read_bert_config(const std::filesystem::path& path);
BertConfig parse_bert_config(std::string_view json);

class BertLayerImpl : public torch::nn::Module {
 public:
  explicit BertLayerImpl(const BertConfig& config);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask);  // [N,L,width]; mask [N,1,1,L] is added to the scores

 private:
  int64_t heads_;
  nn::FrozenLinear query, key, value, attended, wide, narrow;
  nn::FrozenLayerNorm attention_norm, output_norm;
};
TORCH_MODULE(BertLayer);

class BertTextImpl : public torch::nn::Module {
 public:
  explicit BertTextImpl(const BertConfig& config);

  // ids int64 [N,L], L at most `positions`; mask float32 [N,L], 1 at tokens and 0 at padding -> float32 [N,L,width].
  at::Tensor forward(const at::Tensor& ids, const at::Tensor& mask);

  const BertConfig& config() const { return config_; }

 private:
  BertConfig config_;
  at::Tensor word_embeddings, position_embeddings, token_type_embeddings;
  nn::FrozenLayerNorm embedding_norm;
  torch::nn::ModuleList layers;
};
TORCH_MODULE(BertText);

// From tensors under transformers' names, with or without "bert." before them; a pooler and buffers are passed over. Throws
// corrupt_file.
BertText to_bert_text(const StateDict& weights, const BertConfig& config, nn::FillOptions options = {});

}  // namespace inkstone
