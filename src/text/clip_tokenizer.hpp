// CLIP's tokeniser (Radford et al. 2021): lower-cased text, cut into words, each byte-pair encoded over its UTF-8 bytes. Equal to
// transformers' CLIPTokenizer 4.40.2 without ftfy, id for id (tests/golden/make_clip_tokens.py).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/byte_pairs.hpp"

namespace inkstone {

class ClipTokenizer {
 public:
  // Of openai/CLIP, built into the program: 49,408 tokens, <|startoftext|> 49406, <|endoftext|> 49407. Throws unsupported in a
  // build without zlib.
  static ClipTokenizer embedded();

  // vocab.json and merges.txt of a folder. Throws not_found, io, corrupt_file.
  static ClipTokenizer read(const std::filesystem::path& folder);

  // From the text of both: vocabulary, token -> id; merges, a header line and then one pair a line. Throws corrupt_file.
  using Vocabulary = std::unordered_map<std::string, std::int32_t>;
  ClipTokenizer(Vocabulary vocabulary, std::string_view merges);

  // Ids without the marks of start and end; the marks written out in the text are recognised. Bytes that are no UTF-8 are left
  // out. Throws bad_argument where the text is longer than kLongestPrompt (text/prompt_length.hpp).
  std::vector<std::int64_t> encode(std::string_view text) const;

  // What a token stands for, without the mark of a word's end, and whether it ends a word.
  struct Piece {
    std::string text;
    bool ends_word = false;
  };
  std::vector<Piece> pieces_of(const std::vector<std::int64_t>& ids) const;

  std::int64_t start() const { return start_; }
  std::int64_t end() const { return end_; }
  std::size_t size() const { return vocabulary_.size(); }
  std::int64_t largest() const { return largest_; }  // id
  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  std::int32_t id_of(const std::string& token) const;
  void encode_plain(std::string_view text, std::vector<std::int64_t>& ids) const;
  void encode_piece(std::u32string_view piece, std::vector<std::int64_t>& ids) const;

  Vocabulary vocabulary_;
  BytePairs pairs_;
  std::array<std::int32_t, 256> inner_{}, last_{};  // the token of a byte within a word and at its end
  std::int64_t start_ = 0, end_ = 0, largest_ = 0;
};

// The words of a text as the pattern of CLIP cuts them, lower-cased, in NFC: what is byte-pair encoded. For whoever has to know
// where words end.
void for_each_clip_piece(std::u32string_view text, const std::function<void(std::u32string_view)>& take);

}  // namespace inkstone
