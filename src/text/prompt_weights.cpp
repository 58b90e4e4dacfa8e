#include "text/prompt_weights.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

constexpr double kRound = 1.1, kSquare = 1 / 1.1;
constexpr std::string_view kBreak = "BREAK", kEscapable = "()[]\\";

bool is_blank_byte(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_word_byte(char c) {
  return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<signed char>(c) < 0;
}

// ":1.3)" with blanks in between, at the start of rest.
struct Factor {
  double value;
  std::size_t length;
};

std::optional<Factor> factor_at(std::string_view rest) {
  std::size_t at = 1;
  while (at < rest.size() && is_blank_byte(rest[at])) ++at;
  if (at + 1 < rest.size() && rest[at] == '+' && rest[at + 1] != '-') ++at;
  double value = 0;
  const auto* const end = rest.data() + rest.size();
  const auto [after, error] = std::from_chars(rest.data() + at, end, value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return {};
  at = after - rest.data();
  while (at < rest.size() && is_blank_byte(rest[at])) ++at;
  if (at >= rest.size() || rest[at] != ')') return {};
  return Factor{value, at + 1};
}

class WeightParser {
 public:
  std::vector<std::vector<WeightedText>> parse(std::string_view prompt) {
    while (!prompt.empty()) prompt.remove_prefix(step(prompt));
    for (; !round_.empty(); round_.pop_back()) multiply(round_.back(), kRound);
    for (; !square_.empty(); square_.pop_back()) multiply(square_.back(), kSquare);
    return sections();
  }

 private:
  struct Part {
    std::string text;
    double weight = 1;
    bool ends_section = false;
  };

  // Takes what stands first and returns its length.
  std::size_t step(std::string_view rest) {
    const char c = rest[0];
    if (c == '\\') return escape(rest);
    if (c == '(' || c == '[') {
      (c == '(' ? round_ : square_).push_back(parts_.size());
      return 1;
    }
    if (c == ':' && !round_.empty())
      if (const auto factor = factor_at(rest)) return close(round_, factor->value, factor->length);
    if (c == ')' && !round_.empty()) return close(round_, kRound, 1);
    if (c == ']' && !square_.empty()) return close(square_, kSquare, 1);
    return plain(rest);
  }

  std::size_t escape(std::string_view rest) {
    const bool escaped = rest.size() > 1 && kEscapable.find(rest[1]) != std::string_view::npos;
    parts_.push_back({std::string(1, escaped ? rest[1] : '\\')});
    return escaped ? 2 : 1;
  }

  std::size_t close(std::vector<std::size_t>& brackets, double factor, std::size_t length) {
    multiply(brackets.back(), factor);
    brackets.pop_back();
    return length;
  }

  void multiply(std::size_t from, double factor) {
    for (std::size_t i = from; i < parts_.size(); ++i) parts_[i].weight *= factor;
  }

  std::size_t plain(std::string_view rest) {
    const auto length = std::min(rest.find_first_of("\\()[]:", 1), rest.size());
    take_text(rest.substr(0, length));
    return length;
  }

  // Text without brackets, cut at BREAK, the blanks around which go with it.
  void take_text(std::string_view text) {
    std::size_t from = 0;
    for (auto at = text.find(kBreak); at != std::string_view::npos; at = text.find(kBreak, at + 1)) {
      const auto end = at + kBreak.size();
      if ((at > 0 && is_word_byte(text[at - 1])) || (end < text.size() && is_word_byte(text[end]))) continue;
      auto before = at, after = end;
      while (before > from && is_blank_byte(text[before - 1])) --before;
      while (after < text.size() && is_blank_byte(text[after])) ++after;
      parts_.push_back({std::string(text.substr(from, before - from))});
      parts_.push_back({"", 1, true});
      from = after;
    }
    parts_.push_back({std::string(text.substr(from))});
  }

  std::vector<std::vector<WeightedText>> sections() const {
    std::vector<std::vector<WeightedText>> found(1);
    for (const auto& part : parts_) {
      auto& section = found.back();
      if (part.ends_section) {
        found.emplace_back();
      } else if (!section.empty() && section.back().weight == part.weight) {
        section.back().text += part.text;
      } else if (!part.text.empty()) {
        section.push_back({part.text, part.weight});
      }
    }
    return found;
  }

  std::vector<Part> parts_;
  std::vector<std::size_t> round_, square_;  // parts at which brackets opened
};

}  // namespace

std::vector<std::vector<WeightedText>> parse_weights(std::string_view prompt) {
  check_prompt_length(prompt);
  return WeightParser().parse(prompt);
}

}  // namespace inkstone
