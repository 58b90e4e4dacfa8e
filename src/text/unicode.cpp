#include "text/unicode.hpp"

#include <algorithm>
#include <cstdint>

#include "text/unicode_table.hpp"

namespace inkstone::unicode {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr char32_t kCapitalSigma = 0x3a3, kSigma = 0x3c3, kFinalSigma = 0x3c2, kCapitalDottedI = 0x130, kDotAbove = 0x307;

// Hangul syllables compose by arithmetic (Unicode 14.0, 3.12).
constexpr char32_t kSyllable = 0xac00, kLead = 0x1100, kVowel = 0x1161, kTail = 0x11a7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28, kSyllables = kLeads * kVowels * kTails;

// How a character of UTF-8 opens: bytes in all, bits of the first, the range of the second.
struct Opening {
  int bytes;
  char32_t bits;
  std::uint8_t low = 0x80, high = 0xbf;
};

Opening opening_of(std::uint8_t byte) {
  if (byte < 0x80) return {1, byte};
  if (byte < 0xc2 || byte > 0xf4) return {0, 0};
  if (byte < 0xe0) return {2, char32_t(byte & 0x1f)};
  if (byte < 0xf0)
    return {3, char32_t(byte & 0x0f), std::uint8_t(byte == 0xe0 ? 0xa0 : 0x80), std::uint8_t(byte == 0xed ? 0x9f : 0xbf)};
  return {4, char32_t(byte & 0x07), std::uint8_t(byte == 0xf0 ? 0x90 : 0x80), std::uint8_t(byte == 0xf4 ? 0x8f : 0xbf)};
}

// The character at `at`, which moves behind it or behind what is broken of it.
char32_t next_of(std::string_view utf8, std::size_t& at) {
  auto opening = opening_of(static_cast<std::uint8_t>(utf8[at++]));
  if (opening.bytes == 0) return kReplacement;
  char32_t c = opening.bits;
  for (int i = 1; i < opening.bytes; ++i, ++at) {
    const auto byte = at < utf8.size() ? static_cast<std::uint8_t>(utf8[at]) : std::uint8_t(0);
    if (byte < opening.low || byte > opening.high) return kReplacement;
    c = c << 6 | (byte & 0x3f);
    opening.low = 0x80;
    opening.high = 0xbf;
  }
  return c;
}

void append_decomposed(std::u32string& out, char32_t c) {
  if (c >= kSyllable && c < kSyllable + kSyllables) {
    const char32_t index = c - kSyllable, tail = index % kTails;
    out += kLead + index / (kVowels * kTails);
    out += kVowel + index / kTails % kVowels;
    if (tail != 0) out += kTail + tail;
  } else if (const auto* parts = decomposition_of(c)) {
    append_decomposed(out, parts->first);  // at most four deep by the data
    if (parts->second != 0) append_decomposed(out, parts->second);
  } else {
    out += c;
  }
}

// Marks in the order of their combining classes, stably, between characters of class 0.
void order_marks(std::u32string& text) {
  for (auto at = text.begin(); at != text.end();) {
    const auto starter = [](char32_t c) { return combining_class(c) == 0; };
    const auto first = std::find_if_not(at, text.end(), starter);
    at = std::find_if(first, text.end(), starter);
    std::stable_sort(first, at, [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
  }
}

char32_t composed(char32_t first, char32_t second) {
  if (first >= kLead && first < kLead + kLeads && second >= kVowel && second < kVowel + kVowels)
    return kSyllable + ((first - kLead) * kVowels + (second - kVowel)) * kTails;
  if (first >= kSyllable && first < kSyllable + kSyllables && (first - kSyllable) % kTails == 0 && second > kTail &&
      second < kTail + kTails)
    return first + (second - kTail);
  return composite_of(first, second);
}

// Whether the capital sigma at `at` ends a word: a cased letter comes before and none after, what is ignorable left out.
bool ends_word(std::u32string_view text, std::size_t at) {
  const auto ignorable = [&](std::size_t i) { return (properties_of(text[i]) & kCaseIgnorable) != 0; };
  const auto cased = [&](std::size_t i) { return (properties_of(text[i]) & kCased) != 0; };
  std::size_t before = at;
  while (before > 0 && ignorable(before - 1)) --before;
  if (before == 0 || !cased(before - 1)) return false;
  std::size_t after = at + 1;
  while (after < text.size() && ignorable(after)) ++after;
  return after == text.size() || !cased(after);
}

bool is_ascii(std::u32string_view text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; });
}

}  // namespace

std::u32string decode(std::string_view utf8) {
  std::u32string text;
  text.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) text += next_of(utf8, at);
  return text;
}

void append_utf8(std::string& utf8, char32_t c) {
  const auto tail = [&](int shift) { utf8 += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    utf8 += static_cast<char>(c);
  } else if (c < 0x800) {
    utf8 += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    utf8 += static_cast<char>(0xe0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    utf8 += static_cast<char>(0xf0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string encode(std::u32string_view text) {
  std::string utf8;
  for (const char32_t c : text) append_utf8(utf8, c);
  return utf8;
}

bool is_control(char32_t c) {
  return (properties_of(c) & kControl) != 0;
}

bool is_blank(char32_t c) {
  return (properties_of(c) & kBlank) != 0;
}

bool is_letter(char32_t c) {
  return (properties_of(c) & kLetter) != 0;
}

bool is_number(char32_t c) {
  return (properties_of(c) & kNumber) != 0;
}

bool is_nonspacing_mark(char32_t c) {
  return (properties_of(c) & kMark) != 0;
}

bool is_punctuation(char32_t c) {
  return (properties_of(c) & kPunctuation) != 0;
}

bool is_han(char32_t c) {
  constexpr char32_t kBlocks[][2] = {{0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xf900, 0xfaff},   {0x20000, 0x2a6df},
                                     {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b820, 0x2ceaf}, {0x2f800, 0x2fa1f}};
  return std::any_of(std::begin(kBlocks), std::end(kBlocks), [c](const auto& block) { return c >= block[0] && c <= block[1]; });
}

std::u32string nfd(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_decomposed(out, c);
  if (!is_ascii(out)) order_marks(out);
  return out;
}

std::u32string nfc(std::u32string_view text) {
  if (is_ascii(text)) return std::u32string(text);
  const auto parts = nfd(text);
  std::u32string out;
  std::size_t starter = std::u32string::npos;
  std::uint8_t before = 0;  // class of the last character kept since the starter
  for (const char32_t c : parts) {
    const auto its_class = combining_class(c);
    const bool adjacent = starter != std::u32string::npos && out.size() == starter + 1;
    const bool reachable = starter != std::u32string::npos && (adjacent || before < its_class);
    if (const char32_t one = reachable ? composed(out[starter], c) : 0) {
      out[starter] = one;
      continue;
    }
    if (its_class == 0) starter = out.size();
    before = its_class;
    out += c;
  }
  return out;
}

std::u32string lower_case(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kCapitalDottedI) {
      out += U"i";
      out += kDotAbove;
    } else if (text[i] == kCapitalSigma) {
      out += ends_word(text, i) ? kFinalSigma : kSigma;
    } else {
      out += lower_of(text[i]);
    }
  }
  return out;
}

}  // namespace inkstone::unicode
