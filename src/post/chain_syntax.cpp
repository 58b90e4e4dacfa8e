#include "post/chain_syntax.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::post {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<RawStep> chain() {
    std::vector<RawStep> steps;
    skip_spaces();
    if (at_end()) return steps;
    do steps.push_back(step());
    while (accept(','));
    if (!at_end()) fail(fmt::format("unexpected '{}'", text_[at_]));
    return steps;
  }

 private:
  RawStep step() {
    RawStep step{token(), {}};
    if (step.name.empty()) fail("expected the name of a filter");
    if (!accept(':') && !accept('=')) return step;
    do step.arguments.push_back(argument());
    while (accept(':'));
    return step;
  }

  Argument argument() {
    std::string first = token();
    if (first.empty()) fail("expected a value");
    if (!accept('=')) return {"", std::move(first)};
    std::string value = token();
    if (value.empty()) fail(fmt::format("expected a value for '{}'", first));
    return {std::move(first), std::move(value)};
  }

  // Up to the next separator outside quotes, without the spaces around it.
  std::string token() {
    skip_spaces();
    std::string out;
    char quote = 0;
    std::size_t kept = 0;
    for (; !at_end() && (quote || !is_separator(text_[at_])); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        out += text_[++at_];
      } else if (c == quote) {
        quote = 0;
      } else if (!quote && (c == '"' || c == '\'')) {
        quote = c;
      } else {
        out += c;
        if (c == ' ' && !quote) continue;
      }
      kept = out.size();
    }
    if (quote) fail("a quote is not closed");
    out.resize(kept);
    return out;
  }

  bool accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (!at_end() && text_[at_] == ' ') ++at_;
  }
  static bool is_separator(char c) { return c == ',' || c == ':' || c == '='; }
  bool at_end() const { return at_ >= text_.size(); }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} at character {} of the chain '{}'; write name:value:key=value,name,...", what, at_ + 1, text_));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<RawStep> split_chain(std::string_view text) {
  return Reader(text).chain();
}

std::string quoted(const std::string& value) {
  if (!value.empty() && value.find_first_of(",:= \"'\\") == std::string::npos) return value;
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace inkstone::post
