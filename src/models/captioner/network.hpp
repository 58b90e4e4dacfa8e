// The network that says what a picture shows, whole: Show, Attend and Tell (Xu et al., ICML 2015) with a transformer in the place
// of its recurrent network.
#pragma once

#include "models/captioner/decoder.hpp"
#include "models/captioner/encoder.hpp"

namespace inkstone::captioner {

// Parameters: encoder., decoder.
class NetworkImpl : public torch::nn::Module {
 public:
  explicit NetworkImpl(const CaptionerConfig& config) : encoder(config), decoder(config), config_(config) {
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  // pictures float32 [N,C,H,W] in [-1,1], ids int64 [N,L] -> logits of each next token, float32 [N,L,V].
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& ids) { return decoder(encoder(pictures), ids); }
  const CaptionerConfig& config() const { return config_; }

  Encoder encoder;
  Decoder decoder;

 private:
  CaptionerConfig config_;
};
TORCH_MODULE(Network);

}  // namespace inkstone::captioner
