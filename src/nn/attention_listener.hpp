// Who wants to know what the places of a picture looked at: cross-attention tells a listener its weights beside doing its work.
// Nothing is computed or kept where nobody listens, and what is painted is the same to the bit where somebody does.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone::nn {

// A word of a prompt and its tokens among those that cross-attention looks at.
struct TokenSpan {
  std::string word;
  int64_t first = 0, count = 1;
  bool operator==(const TokenSpan&) const = default;
};

class AttentionListener {
 public:
  virtual ~AttentionListener() = default;

  // Before each evaluation of the network: the sides of its grid (patches, or latents, which deeper layers see halved once or
  // more), and the time that it is told, from 1000 (noise) to 0.
  virtual void begin(int64_t height, int64_t width, double time) = 0;

  // From every cross-attention in turn: softmax(q k^T / sqrt(D)), float32 [N,heads,places,tokens], rows sum to 1. Of the N rows
  // of a guided batch the first is the prompt's.
  virtual void hear(const at::Tensor& weights) = 0;

  // At every so manyth evaluation, from the first on, the network is asked once more without each word of the prompt; 0: never.
  virtual int64_t effects_every() const { return 0; }
  // How far its answers then differ: float32 [words,h,w], in pixels or latents.
  virtual void hear_effects(const at::Tensor& distances) {}
};

// softmax(q k^T / sqrt(D)) in float32, without gradient. q [N,heads,L,D], k [N,heads,M,D] -> [N,heads,L,M].
at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& k);

}  // namespace inkstone::nn
