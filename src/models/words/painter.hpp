// The network that paints from words: a text encoder and the transformer that listens to it, trained as one.
#pragma once

#include "models/words/text_encoder.hpp"
#include "models/words/transformer.hpp"

namespace inkstone::words {

// Parameters: text_encoder., transformer.
class PainterImpl : public torch::nn::Module {
 public:
  explicit PainterImpl(const PainterConfig& config) : text_encoder(config), transformer(config), config_(config) {
    register_module("text_encoder", text_encoder);
    register_module("transformer", transformer);
  }

  // x float32 [N,C,H,W] = (1 - t) x0 + t epsilon, time = 1000 t [N], ids int64 [N,L] -> an estimate of x0, float32.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& time, const at::Tensor& ids) {
    return transformer(x, time, text_encoder(ids));
  }
  const PainterConfig& config() const { return config_; }

  TextEncoder text_encoder;
  Transformer transformer;

 private:
  PainterConfig config_;
};
TORCH_MODULE(Painter);

}  // namespace inkstone::words
