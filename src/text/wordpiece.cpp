#include "text/wordpiece.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "text/basic_cleaning.hpp"
#include "text/prompt_length.hpp"
#include "text/unicode.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostTokenizer = std::uint64_t(1) << 26;
constexpr std::int64_t kMostId = 1 << 24;

// A member of an object, null where it is absent.
const Json& member(const Json& object, const char* name) {
  static const Json none;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : none;
}

void require_bert(const Json& json) {
  const auto& normalizer = member(json, "normalizer");
  if (member(member(json, "model"), "type") != "WordPiece" || member(normalizer, "type") != "BertNormalizer" ||
      member(normalizer, "lowercase") != true)
    throw Error(ErrorCategory::unsupported, "the tokeniser is not the WordPiece of an uncased BERT");
}

std::int64_t checked_id(const Json& id, const std::string& token) {
  if (!id.is_number_integer() || id < 0 || id > kMostId)
    throw Error(ErrorCategory::corrupt_file, fmt::format("token '{}' should have a number from 0 to {}", token, kMostId));
  return id.get<std::int64_t>();
}

bool is_punctuation_mark(char32_t c) {
  const bool ascii = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  return ascii || unicode::is_punctuation(c);
}

// Cleaned, decomposed, without accents, in lower case.
std::u32string normalised(std::u32string_view text) {
  auto out = unicode::nfd(basic_cleaned(text));
  std::erase_if(out, unicode::is_nonspacing_mark);
  for (auto& c : out) c = unicode::lower_of(c);
  return out;
}

// take(word) for every run without spaces and every punctuation mark.
template <class Take>
void for_each_word(std::u32string_view text, const Take& take) {
  const auto cuts = [](char32_t c) { return c == ' ' || is_punctuation_mark(c); };
  for (auto at = text.begin(); at != text.end();) {
    if (is_punctuation_mark(*at)) {
      take(std::u32string_view(&*at, 1));
      ++at;
      continue;
    }
    const auto end = std::find_if(at, text.end(), cuts);
    if (end != at) take(std::u32string_view(&*at, end - at));
    at = end != text.end() && *end == ' ' ? end + 1 : end;
  }
}

}  // namespace

WordPieceTokenizer WordPieceTokenizer::read(const std::filesystem::path& path) {
  return naming_file(path, [&] { return parse(read_file(path, kMostTokenizer)); });
}

WordPieceTokenizer WordPieceTokenizer::parse(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(ErrorCategory::corrupt_file, "a tokeniser's file should be a JSON object");
  require_bert(json);
  const auto& model = member(json, "model");
  WordPieceTokenizer made;
  for (const auto& [token, id] : member(model, "vocab").items()) made.vocabulary_[token] = checked_id(id, token);
  for (const auto& mark : member(json, "added_tokens")) {
    const auto& content = member(mark, "content");
    if (content.is_string() && content != "")
      made.marks_.emplace_back(content.get<std::string>(), checked_id(member(mark, "id"), content.get<std::string>()));
  }
  if (const auto& prefix = member(model, "continuing_subword_prefix"); prefix.is_string())
    made.continuing_ = prefix.get<std::string>();
  if (const auto& most = member(model, "max_input_chars_per_word"); most.is_number_unsigned())
    made.longest_word_ = most.get<std::size_t>();
  if (const auto& most = member(member(json, "truncation"), "max_length"); most.is_number_unsigned())
    made.longest_ = most.get<std::size_t>();
  const auto& unknown = member(model, "unk_token");
  made.unknown_ = made.id_of(unknown.is_string() ? unknown.get<std::string>() : "[UNK]");
  made.first_ = made.id_of("[CLS]");
  made.last_ = made.id_of("[SEP]");
  return made;
}

std::int64_t WordPieceTokenizer::id_of(const std::string& token) const {
  const auto found = vocabulary_.find(token);
  if (found == vocabulary_.end())
    throw Error(ErrorCategory::corrupt_file, fmt::format("the vocabulary has no token '{}'", token));
  return found->second;
}

std::vector<std::int64_t> WordPieceTokenizer::encode(std::string_view text, std::size_t most) const {
  check_prompt_length(text);
  std::vector<std::int64_t> ids{first_};
  while (!text.empty()) {
    std::size_t at = std::string_view::npos;
    const std::pair<std::string, std::int64_t>* found = nullptr;
    for (const auto& mark : marks_)
      if (const auto place = text.find(mark.first); place < at) at = place, found = &mark;
    encode_text(text.substr(0, at), ids);
    if (found == nullptr) break;
    ids.push_back(found->second);
    text.remove_prefix(at + found->first.size());
  }
  if (ids.size() + 1 > most) ids.resize(std::max<std::size_t>(most, 2) - 1);
  ids.push_back(last_);
  return ids;
}

void WordPieceTokenizer::encode_text(std::string_view text, std::vector<std::int64_t>& ids) const {
  for_each_word(normalised(unicode::decode(text)), [&](std::u32string_view word) { encode_word(word, ids); });
}

// The longest piece from the left, again and again; a word of which a part is in no piece is unknown as a whole.
void WordPieceTokenizer::encode_word(std::u32string_view word, std::vector<std::int64_t>& ids) const {
  const auto before = ids.size();
  const auto give_up = [&] {
    ids.resize(before);
    ids.push_back(unknown_);
  };
  if (word.size() > longest_word_) return give_up();
  for (std::size_t at = 0; at < word.size();) {
    std::size_t end = word.size();
    auto found = vocabulary_.end();
    for (; end > at; --end) {
      found = vocabulary_.find((at > 0 ? continuing_ : "") + unicode::encode(word.substr(at, end - at)));
      if (found != vocabulary_.end()) break;
    }
    if (end == at) return give_up();
    ids.push_back(found->second);
    at = end;
  }
}

}  // namespace inkstone
