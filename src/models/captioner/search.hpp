// The likeliest sentence of a network that gives one word after another: beam search (Graves 2012; Sutskever et al. 2014), ranked
// by log p / length^a (Wu et al. 2016, "GNMT", section 7), because every word more makes any sentence less likely.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone::captioner {

// beginnings int64 [B,L], all of one length, the start among them -> log p of each next token, float32 [B,V].
using NextWord = std::function<at::Tensor(const at::Tensor& beginnings)>;

struct SearchOptions {
  int64_t end = 0;          // the token that ends a sentence
  int64_t longest = 32;     // tokens, the end among them, at least 1
  int64_t beams = 4;        // beginnings that are kept; 1 is greedy
  double length_power = 0;  // a; 0 ranks by probability alone, above it longer sentences come up
};

struct Sentence {
  std::vector<int64_t> ids;    // without start and end
  double log_probability = 0;  // of these words and the end after them, whatever the ranking
};

// Of those that end; where none does within `longest`, the best beginning.
Sentence beam_search(const NextWord& next, int64_t start, const SearchOptions& options);

}  // namespace inkstone::captioner
