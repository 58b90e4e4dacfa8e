// WordPiece (Schuster and Nakajima 2012; Devlin et al. 2019), the tokeniser of uncased BERT: words cut at white space,
// punctuation and Chinese characters, lower-cased, their accents taken off, each then cut into the longest pieces that the
// vocabulary has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace inkstone {

class WordPieceTokenizer {
 public:
  // A tokenizer.json of the library `tokenizers` with a WordPiece model and BERT's normaliser. Throws not_found, io,
  // corrupt_file, unsupported (another model or normaliser).
  static WordPieceTokenizer read(const std::filesystem::path& path);
  static WordPieceTokenizer parse(std::string_view json);

  // [CLS], the pieces, [SEP]; at most `most` in all. Marks written out in the text are recognised. Throws bad_argument where the
  // text is longer than kLongestPrompt (text/prompt_length.hpp).
  std::vector<std::int64_t> encode(std::string_view text, std::size_t most) const;

  // What the file itself cuts texts to; 0: it does not say.
  std::size_t longest() const { return longest_; }
  std::size_t size() const { return vocabulary_.size(); }

 private:
  WordPieceTokenizer() = default;
  void encode_text(std::string_view text, std::vector<std::int64_t>& ids) const;
  void encode_word(std::u32string_view word, std::vector<std::int64_t>& ids) const;
  std::int64_t id_of(const std::string& token) const;

  std::unordered_map<std::string, std::int64_t> vocabulary_;
  std::vector<std::pair<std::string, std::int64_t>> marks_;  // recognised in the text as it stands
  std::string continuing_ = "##";
  std::size_t longest_word_ = 100, longest_ = 0;
  std::int64_t unknown_ = 0, first_ = 0, last_ = 0;
};

}  // namespace inkstone
