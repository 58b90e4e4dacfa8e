#include "text/clip_tokenizer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "text/embedded_merges.hpp"
#include "text/prompt_length.hpp"
#include "text/unicode.hpp"
#include "weights/gzip.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

constexpr std::string_view kStart = "<|startoftext|>", kEnd = "<|endoftext|>", kWordEnd = "</w>";
constexpr std::size_t kMerges = 49152 - 256 - 2;  // as many as CLIP uses of the list
constexpr std::uint64_t kMostText = std::uint64_t(1) << 24;

// The characters that stand for the 256 bytes: printable ones for themselves, the others from U+0100 on. In the order of CLIP's
// vocabulary.
std::vector<std::pair<std::uint8_t, std::string>> byte_names() {
  const auto printable = [](int b) { return (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae; };
  std::vector<std::pair<std::uint8_t, std::string>> names;
  const auto add = [&](int byte, char32_t name) { unicode::append_utf8(names.emplace_back(byte, "").second, name); };
  for (int b = 0; b < 256; ++b)
    if (printable(b)) add(b, b);
  for (int b = 0, other = 0x100; b < 256; ++b)
    if (!printable(b)) add(b, other++);
  return names;
}

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// take(left, right) for every merge that counts.
template <class Take>
void for_each_merge(std::string_view text, const Take& take) {
  next_line(text);  // the version
  for (std::size_t count = 0; count < kMerges && !text.empty(); ++count) {
    const auto line = next_line(text);
    const auto gap = line.find(' ');
    if (line.empty()) continue;
    if (gap == std::string_view::npos || line.find(' ', gap + 1) != std::string_view::npos)
      throw Error(ErrorCategory::corrupt_file, fmt::format("line {} of the merges is not two tokens", count + 2));
    take(std::string(line.substr(0, gap)), std::string(line.substr(gap + 1)));
  }
}

// The vocabulary that openai/CLIP derives from its merges: bytes, bytes that end a word, merges, marks.
ClipTokenizer::Vocabulary derived_vocabulary(std::string_view merges) {
  ClipTokenizer::Vocabulary vocabulary;
  std::int32_t id = 0;
  for (const auto& [byte, name] : byte_names()) vocabulary[name] = id++;
  for (const auto& [byte, name] : byte_names()) vocabulary[name + std::string(kWordEnd)] = id++;
  for_each_merge(merges, [&](const std::string& left, const std::string& right) { vocabulary[left + right] = id++; });
  vocabulary[std::string(kStart)] = id++;
  vocabulary[std::string(kEnd)] = id++;
  return vocabulary;
}

ClipTokenizer::Vocabulary parse_vocabulary(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(ErrorCategory::corrupt_file, "it should be a JSON object of tokens and their numbers");
  ClipTokenizer::Vocabulary vocabulary;
  for (const auto& [token, id] : json.items()) {
    if (!id.is_number_integer() || id < 0 || id > 0xffffff)
      throw Error(ErrorCategory::corrupt_file, fmt::format("token '{}' should have a number from 0 to {}", token, 0xffffff));
    vocabulary[token] = id.get<std::int32_t>();
  }
  return vocabulary;
}

}  // namespace

ClipTokenizer ClipTokenizer::embedded() {
  const auto merges = gunzip(embedded_clip_merges(), kMostText);
  return ClipTokenizer(derived_vocabulary(merges), merges);
}

ClipTokenizer ClipTokenizer::read(const std::filesystem::path& folder) {
  const auto vocabulary = folder / "vocab.json", merges = folder / "merges.txt";
  auto tokens = naming_file(vocabulary, [&] { return parse_vocabulary(read_file(vocabulary, kMostText)); });
  return naming_file(merges, [&] { return ClipTokenizer(std::move(tokens), read_file(merges, kMostText)); });
}

ClipTokenizer::ClipTokenizer(Vocabulary vocabulary, std::string_view merges) : vocabulary_(std::move(vocabulary)) {
  for (const auto& [byte, name] : byte_names()) {
    inner_[byte] = id_of(name);
    last_[byte] = id_of(name + std::string(kWordEnd));
  }
  for_each_merge(merges, [&](const std::string& left, const std::string& right) {
    pairs_.add(id_of(left), id_of(right), id_of(left + right));
  });
  start_ = id_of(std::string(kStart));
  end_ = id_of(std::string(kEnd));
  for (const auto& entry : vocabulary_) largest_ = std::max<std::int64_t>(largest_, entry.second);
}

std::int32_t ClipTokenizer::id_of(const std::string& token) const {
  const auto found = vocabulary_.find(token);
  if (found == vocabulary_.end())
    throw Error(ErrorCategory::corrupt_file, fmt::format("the vocabulary has no token '{}'", token));
  return found->second;
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text) const {
  check_prompt_length(text);
  std::vector<std::int64_t> ids;
  while (!text.empty()) {
    const auto start = text.find(kStart), end = text.find(kEnd), mark = std::min(start, end);
    encode_plain(text.substr(0, mark), ids);
    if (mark == std::string_view::npos) break;
    ids.push_back(start < end ? start_ : end_);
    text.remove_prefix(mark + (start < end ? kStart : kEnd).size());
  }
  return ids;
}

void ClipTokenizer::encode_plain(std::string_view text, std::vector<std::int64_t>& ids) const {
  for_each_clip_piece(unicode::decode(text), [&](std::u32string_view piece) { encode_piece(piece, ids); });
}

void ClipTokenizer::encode_piece(std::u32string_view piece, std::vector<std::int64_t>& ids) const {
  const auto bytes = unicode::encode(piece);
  if (bytes == kStart || bytes == kEnd) {
    ids.push_back(bytes == kStart ? start_ : end_);
    return;
  }
  std::vector<std::int32_t> word;
  for (const char c : bytes) word.push_back(inner_[static_cast<std::uint8_t>(c)]);
  word.back() = last_[static_cast<std::uint8_t>(bytes.back())];
  const auto tokens = pairs_.merge(std::move(word));
  ids.insert(ids.end(), tokens.begin(), tokens.end());
}

std::vector<ClipTokenizer::Piece> ClipTokenizer::pieces_of(const std::vector<std::int64_t>& ids) const {
  std::unordered_map<std::string, char> bytes;
  for (const auto& [byte, name] : byte_names()) bytes[name] = static_cast<char>(byte);
  std::unordered_map<std::int64_t, const std::string*> names;
  for (const auto id : ids) names[id] = nullptr;
  for (const auto& [name, id] : vocabulary_)
    if (const auto wanted = names.find(id); wanted != names.end()) wanted->second = &name;
  std::vector<Piece> pieces;
  for (const auto id : ids) {
    std::string_view name = names[id] == nullptr ? std::string_view() : *names[id];
    auto& piece = pieces.emplace_back();
    piece.ends_word = name.ends_with(kWordEnd);
    if (piece.ends_word) name.remove_suffix(kWordEnd.size());
    for (const char32_t c : unicode::decode(name)) {
      std::string letter;
      unicode::append_utf8(letter, c);
      if (const auto byte = bytes.find(letter); byte != bytes.end()) piece.text += byte->second;
    }
  }
  return pieces;
}

}  // namespace inkstone
