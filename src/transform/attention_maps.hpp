// What a picture's places looked at in its prompt (Tang et al., "What the DAAM", ACL 2023): the weights of every cross-attention,
// mean over heads, layers and evaluations of the network, each brought to the size of the picture's own grid. A place divides its
// attention among all tokens, those of the start and of padding too, so the maps of all tokens add up to one everywhere.
#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "nn/attention_listener.hpp"

namespace inkstone::transform {

class AttentionMaps : public nn::AttentionListener {
 public:
  // effects_every: at every so manyth evaluation it is also asked what the picture would be without each word; 0: never.
  explicit AttentionMaps(int64_t effects_every = 0) : effects_every_(effects_every) {}

  int64_t effects_every() const override { return effects_every_; }
  void hear_effects(const at::Tensor& distances) override;
  // Their mean, float32 [words,h,w]; undefined where none were heard.
  at::Tensor effects() const { return effects_ == 0 ? at::Tensor() : effect_sum_ / double(effects_); }

  void begin(int64_t height, int64_t width, double time) override;
  // Throws unsupported where the places are no grid of the picture's shape.
  void hear(const at::Tensor& weights) override;

  // Of the network that were heard; with a guided batch one for prompt and negative prompt together.
  int64_t evaluations() const { return int64_t(moments_.size()); }
  double time(int64_t evaluation) const { return moments_.at(std::size_t(evaluation)).time; }

  // Mean over evaluations [first, first + count): float32 [tokens,h,w]. Throws bad_argument where none of them was heard.
  at::Tensor maps(int64_t first, int64_t count) const;
  at::Tensor maps() const { return maps(0, evaluations()); }

 private:
  struct Moment {
    double time = 0;
    int64_t height = 0, width = 0;  // of the grid that the network works on
    at::Tensor sum;                 // [tokens,h,w] on the first grid
    int64_t layers = 0;
  };
  std::vector<Moment> moments_;
  int64_t height_ = 0, width_ = 0;  // of the first grid
  int64_t effects_every_, effects_ = 0;
  at::Tensor effect_sum_;
};

// What each word was looked at: the sum over its tokens, float32 [words,h,w]. A word beyond the tokens is a bad_argument.
at::Tensor word_maps(const at::Tensor& token_maps, const std::vector<nn::TokenSpan>& words);

}  // namespace inkstone::transform
