// From prompts to what a diffusion model is conditioned on: chunks of 77 tokens through one or two CLIP encoders, weighted, side
// by side.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/clip_text.hpp"
#include "text/emphasis.hpp"
#include "text/prompt_chunks.hpp"
#include "text/prompt_words.hpp"

namespace inkstone {

// A text encoder and how a family of checkpoints asks it.
//   SD 1                padding 49407, skip 0, final_norm, no pooled
//   SD 2 (OpenCLIP)     padding 0, skip 1 of 24 layers (0 of the 23 that diffusers keeps), final_norm
//   SD XL, first        padding 49407, skip 1, no final_norm
//   SD XL, second       padding 0, skip 1, no final_norm, pooled; the refiner has this one alone
struct TextTower {
  ClipText network{nullptr};
  std::int64_t padding = 49407;
  ClipTextAsk ask;
  at::ScalarType compute = at::kFloat;
};

struct TextOptions {
  ChunkOptions chunks;
  Emphasis emphasis = Emphasis::restore_mean;
  std::int64_t skip = 0;        // layers left out beyond what the family leaves out: diffusers' clip_skip, web UIs' minus one
  std::size_t most_chunks = 0;  // what is beyond is cut off; 0: no limit
};

// diffusers' reading: no grammar, one chunk, the rest cut off.
TextOptions plain_text();

struct TextCondition {
  at::Tensor context;  // float32 [N,77 k,D], D the widths of all towers together
  at::Tensor pooled;   // float32 [N,P] of the first chunk; undefined where no tower is asked for it
};

class TextConditioner {
 public:
  TextConditioner(std::shared_ptr<const ClipTokenizer> tokenizer, std::vector<TextTower> towers);

  // From now on its names in prompts are it. Throws bad_argument where a tower has another width than any of its vectors.
  void insert(TextualInversion inversion);

  // Prompts of fewer chunks than the longest are filled up with empty ones, so a prompt and its negative fit one batch.
  // Differentiable by the vectors of insertions and the low-rank changes of layers that ask for gradients.
  // Throws bad_argument (a prompt too long, skip beyond the layers).
  TextCondition encode(const std::vector<std::string>& prompts, const TextOptions& options = {});

  // In the order of their conditioning.
  std::vector<ClipText> networks() const;
  const ClipTokenizer& tokenizer() const { return *tokenizer_; }

  // The words of a prompt and their places in its context (text/prompt_words.hpp).
  std::vector<nn::TokenSpan> token_spans(const std::string& prompt, const TextOptions& options = {}) const;

  // The chunks that a prompt takes.
  std::size_t count_chunks(const std::string& prompt, const TextOptions& options = {}) const;

 private:
  using Chunks = std::vector<PromptChunk>;
  at::Tensor embed(const TextTower& tower, const Chunks& chunks) const;
  ClipTextAnswer run(const TextTower& tower, const Chunks& chunks, const TextOptions& options) const;

  std::shared_ptr<const ClipTokenizer> tokenizer_;
  std::vector<TextTower> towers_;
  std::vector<TextualInversion> inversions_;
};

}  // namespace inkstone
