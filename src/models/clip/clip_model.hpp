// Words and pictures in one space (Radford et al. 2021): which of several texts a picture shows, without having been trained on them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/clip/clip_vision.hpp"
#include "text/clip_text.hpp"
#include "text/clip_tokenizer.hpp"

namespace inkstone {

class ClipModel {
 public:
  // A folder as transformers saves a CLIPModel: config.json, weights, and vocab.json with merges.txt or else the built-in vocabulary. Throws
  // not_found, io, corrupt_file, unsupported.
  explicit ClipModel(const std::filesystem::path& folder);

  // Directions of length 1: [P] of a picture [1,3,H,W] in [0,1], [N,P] of texts. What is behind 75 tokens of a text is left out.
  at::Tensor see(const at::Tensor& picture);
  at::Tensor read(const std::vector<std::string>& texts);

  // softmax over the texts of the scaled cosines: float32 [N].
  at::Tensor probabilities(const at::Tensor& seen, const at::Tensor& texts) const;

 private:
  ClipVision vision_;
  ClipText text_;
  ClipTokenizer tokenizer_;
  double scale_;
};

}  // namespace inkstone
