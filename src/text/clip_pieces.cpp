// From text to the pieces that are byte-pair encoded: the way of BERT's BasicTokenizer (without accents stripped or punctuation
// split), then CLIP's pattern <|startoftext|>|<|endoftext|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+, which
// ignores case.
#include <algorithm>

#include "text/basic_cleaning.hpp"
#include "text/clip_tokenizer.hpp"
#include "text/unicode.hpp"

namespace inkstone {
namespace {

using unicode::is_letter, unicode::is_number;

constexpr std::u32string_view kWhole[] = {
    U"<|startoftext|>", U"<|endoftext|>", U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};

constexpr char32_t kLongS = 0x17f;

// Matches no part of the pattern: its upper case is a letter, it itself is none.
constexpr char32_t kYpogegrammeni = 0x345;

// The length of the part of the pattern that matches at the start; 0 where none does.
std::size_t matched(std::u32string_view text) {
  const auto same = [](char32_t a, char32_t b) { return a == (b == kLongS ? U's' : b); };
  for (const auto whole : kWhole)
    if (text.size() >= whole.size() && std::equal(whole.begin(), whole.end(), text.begin(), same)) return whole.size();
  const auto run = [&](auto belongs) { return std::size_t(std::find_if_not(text.begin(), text.end(), belongs) - text.begin()); };
  if (is_letter(text[0])) return run(is_letter);
  if (is_number(text[0])) return 1;
  return run([](char32_t c) { return !is_letter(c) && !is_number(c) && c != kYpogegrammeni; });
}

void cut(std::u32string_view word, const std::function<void(std::u32string_view)>& take) {
  while (!word.empty()) {
    const std::size_t length = matched(word);
    if (length != 0) take(word.substr(0, length));
    word.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

}  // namespace

void for_each_clip_piece(std::u32string_view text, const std::function<void(std::u32string_view)>& take) {
  const auto whole = unicode::nfc(basic_cleaned(text));
  for (auto at = whole.begin(); at != whole.end();) {
    const auto first = std::find_if_not(at, whole.end(), [](char32_t c) { return c == ' '; });
    at = std::find(first, whole.end(), U' ');
    cut(unicode::lower_case({first, at}), take);
  }
}

}  // namespace inkstone
