#include "text/prompt_schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>

#include "core/text.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kUnmatched = std::size_t(-1);
constexpr int kDeepest = 100;  // brackets in brackets; what lies deeper is text

// For every bracket the place of its partner; an escaped or unbalanced one has none.
std::vector<std::size_t> partners_of(std::string_view text) {
  std::vector<std::size_t> partners(text.size(), kUnmatched), open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '(' || c == '[') {
      open.push_back(i);
    } else if ((c == ')' || c == ']') && !open.empty() && text[open.back()] == (c == ')' ? '(' : '[')) {
      partners[i] = open.back();
      partners[open.back()] = i;
      open.pop_back();
    }
  }
  return partners;
}

// When a schedule switches: the number of the steps before.
std::optional<int> switch_step(std::string_view text, int steps) {
  const auto number = trimmed(text);
  const auto* const end = number.data() + number.size();
  double value = 0;
  const auto digits = number.starts_with('+') ? 1 : 0;
  const auto [after, error] = std::from_chars(number.data() + digits, end, value);
  if (error != std::errc() || after != end || !std::isfinite(value)) return {};
  if (number.find('.') != std::string::npos) value *= steps;
  return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(steps)));
}

class Resolver {
 public:
  Resolver(std::string_view text, int step, int steps) : text_(text), partners_(partners_of(text)), step_(step), steps_(steps) {}

  std::string whole() {
    append(0, text_.size(), 0);
    return std::move(out_);
  }

 private:
  void append(std::size_t from, std::size_t to, int depth) {
    for (std::size_t i = from; i < to; ++i) {
      if (text_[i] == '[' && partners_[i] != kUnmatched && depth < kDeepest) {
        const std::size_t end = partners_[i];
        append_bracket(i + 1, end, depth + 1);
        i = end;
      } else {
        out_ += text_[i];
        if (text_[i] == '\\' && i + 1 < to) out_ += text_[++i];
      }
    }
  }

  void append_bracket(std::size_t from, std::size_t to, int depth) {
    const auto bars = separators(from, to, '|'), colons = separators(from, to, ':');
    if (!bars.empty() && colons.empty()) return append_alternative(from, to, bars, depth);
    const auto when = bars.empty() && (colons.size() == 1 || colons.size() == 2)
                          ? switch_step(text_.substr(colons.back() + 1, to - colons.back() - 1), steps_)
                          : std::nullopt;
    if (!when) {
      out_ += '[';
      append(from, to, depth);
      out_ += ']';
    } else if (colons.size() == 2 && step_ < *when) {
      append(from, colons[0], depth);
    } else if (step_ >= *when) {
      append(colons.size() == 2 ? colons[0] + 1 : from, colons.back(), depth);
    }
  }

  void append_alternative(std::size_t from, std::size_t to, const std::vector<std::size_t>& bars, int depth) {
    const std::size_t chosen = static_cast<std::size_t>(step_) % (bars.size() + 1);
    append(chosen == 0 ? from : bars[chosen - 1] + 1, chosen == bars.size() ? to : bars[chosen], depth);
  }

  // Where `mark` stands between from and to, outside of inner brackets.
  std::vector<std::size_t> separators(std::size_t from, std::size_t to, char mark) const {
    std::vector<std::size_t> found;
    for (std::size_t i = from; i < to; ++i) {
      const bool opens = (text_[i] == '[' || text_[i] == '(') && partners_[i] != kUnmatched;
      if (opens) {
        i = partners_[i];
      } else if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == mark) {
        found.push_back(i);
      }
    }
    return found;
  }

  std::string_view text_;
  std::vector<std::size_t> partners_;
  int step_, steps_;
  std::string out_;
};

}  // namespace

std::string prompt_at(std::string_view prompt, int step, int steps) {
  return prompt.find('[') == std::string_view::npos ? std::string(prompt) : Resolver(prompt, step, steps).whole();
}

std::vector<PromptSpan> prompt_schedule(std::string_view prompt, int steps) {
  check_prompt_length(prompt);
  if (prompt.find('[') == std::string_view::npos) return {{steps, std::string(prompt)}};
  std::vector<PromptSpan> spans;
  for (int step = 0; step < std::max(steps, 1); ++step) {
    auto text = prompt_at(prompt, step, steps);
    if (!spans.empty() && spans.back().prompt == text) {
      spans.back().until = step + 1;
    } else {
      spans.push_back({step + 1, std::move(text)});
    }
  }
  return spans;
}

}  // namespace inkstone
