// Sentences as vectors (Reimers and Gurevych 2019): the mean of a BERT's hidden states, of length 1; the cosine of two says how
// near their meanings are. all-MiniLM-L6-v2, of the catalogue, is such a network: 384 numbers a sentence.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "text/bert_text.hpp"
#include "text/wordpiece.hpp"

namespace inkstone {

class SentenceEncoder {
 public:
  // A folder with config.json, tokenizer.json and one .safetensors file. Throws not_found, io, corrupt_file, unsupported.
  static SentenceEncoder read(const std::filesystem::path& folder);

  SentenceEncoder(WordPieceTokenizer tokenizer, BertText network);

  // float32 [N,width], rows of length 1; what is beyond the tokeniser's longest text is cut off. Throws bad_argument (no text,
  // one too long).
  at::Tensor encode(const std::vector<std::string>& texts);

 private:
  WordPieceTokenizer tokenizer_;
  BertText network_;
};

}  // namespace inkstone
