#include "text/prompt_variants.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "core/split_mix.hpp"
#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

constexpr int kDeepestNesting = 32;
constexpr std::string_view kListMark = "__";

struct Lot {
  std::string_view text;
  double weight = 1;
};

// "2::red": red, twice as likely as one without a number.
Lot lot_of(std::string_view text) {
  const auto mark = text.find("::");
  if (mark == std::string_view::npos) return {text};
  const auto number = trimmed(text.substr(0, mark));
  double weight = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
  const bool whole = error == std::errc() && end == number.data() + number.size() && weight >= 0 && weight < 1e9;
  return whole ? Lot{text.substr(mark + 2), weight} : Lot{text};
}

// Where the brace at `open` closes, and the bars between its alternatives; npos where it never closes.
struct Braces {
  std::size_t close = std::string_view::npos;
  std::vector<std::size_t> bars;
};

Braces braces_at(std::string_view text, std::size_t open) {
  Braces found;
  int curly = 0, square = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\')
      ++i;
    else if (c == '{')
      ++curly;
    else if (c == '[')
      ++square;
    else if (c == ']')
      --square;
    else if (c == '|' && curly == 1 && square <= 0)
      found.bars.push_back(i);
    else if (c == '}' && --curly == 0)
      return found.close = i, found;
  }
  return {};
}

// The name between two marks, empty where there is none.
std::string_view list_name(std::string_view text, std::size_t at) {
  const auto first = at + kListMark.size(), end = text.find(kListMark, first);
  if (end == std::string_view::npos) return {};
  const auto name = text.substr(first, end - first);
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) || c >= 0x80 || c == '_' || c == '-' || c == '/' || c == '.' || c == ' ';
  };
  return std::all_of(name.begin(), name.end(), fits) ? name : std::string_view();
}

class Drawer {
 public:
  Drawer(std::uint64_t seed, const Wildcards& wildcards) : state_(scrambled(seed)), wildcards_(wildcards) {}

  void write(std::string_view text, int depth, std::string& out) {
    if (depth > kDeepestNesting)
      throw Error(ErrorCategory::bad_argument, "the prompt's lists name one another in a circle, or nest too deeply");
    for (std::size_t i = 0; i < text.size();) i = write_one(text, i, depth, out);
    check_prompt_length(out);
  }

 private:
  std::size_t write_one(std::string_view text, std::size_t i, int depth, std::string& out) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[i + 1] != '{' && text[i + 1] != '}') out += text[i];  // other escapes are the prompt's own
      out += text[i + 1];
      return i + 2;
    }
    if (text[i] == '{')
      if (const auto braces = braces_at(text, i); !braces.bars.empty()) {
        write(drawn_of(text, i, braces), depth + 1, out);
        return braces.close + 1;
      }
    if (wildcards_ && text.substr(i).starts_with(kListMark))
      if (const auto name = list_name(text, i); !name.empty()) {
        write(line_of(std::string(name)), depth + 1, out);
        return i + 2 * kListMark.size() + name.size();
      }
    out += text[i];
    return i + 1;
  }

  std::string_view drawn_of(std::string_view text, std::size_t open, const Braces& braces) {
    std::vector<Lot> lots;
    std::size_t first = open + 1;
    for (const auto bar : braces.bars) lots.push_back(lot_of(text.substr(first, bar - first))), first = bar + 1;
    lots.push_back(lot_of(text.substr(first, braces.close - first)));
    return drawn(lots);
  }

  std::string line_of(const std::string& name) {
    lines_ = wildcards_(name);
    if (lines_.empty())
      throw Error(ErrorCategory::bad_argument, fmt::format("the list '{}' is empty, so nothing can be drawn from it", name));
    std::vector<Lot> lots;
    for (const auto& line : lines_) lots.push_back(lot_of(line));
    return std::string(drawn(lots));
  }

  std::string_view drawn(const std::vector<Lot>& lots) {
    double sum = 0;
    for (const auto& lot : lots) sum += lot.weight;
    state_ = scrambled(state_);
    double place = double(state_ >> 11) * 0x1p-53 * sum;
    for (const auto& lot : lots)
      if ((place -= lot.weight) < 0) return lot.text;
    return lots.back().text;
  }

  std::uint64_t state_;
  const Wildcards& wildcards_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string prompt_variant(std::string_view prompt, std::uint64_t seed, const Wildcards& wildcards) {
  check_prompt_length(prompt);
  std::string out;
  Drawer(seed, wildcards).write(prompt, 0, out);
  return out;
}

bool has_variants(std::string_view prompt) {
  check_prompt_length(prompt);
  for (std::size_t i = 0; i < prompt.size(); ++i) {
    if (prompt[i] == '\\')
      ++i;
    else if (prompt[i] == '{' && !braces_at(prompt, i).bars.empty())
      return true;
    else if (prompt.substr(i).starts_with(kListMark) && !list_name(prompt, i).empty())
      return true;
  }
  return false;
}

}  // namespace inkstone
