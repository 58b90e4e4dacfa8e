#include "ingest/robots.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"

namespace inkstone {
namespace {

struct Line {
  std::string key, value;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
      lines.push_back({lower_ascii(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1))});
  }
  return lines;
}

// Does the pattern match the beginning of path? Greedy with one point of return, so the time is their product at most.
bool matches(std::string_view pattern, std::string_view path) {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  std::size_t p = 0, s = 0, star = std::string_view::npos, back = 0;
  while (true) {
    if (p == pattern.size() && (!anchored || s == path.size())) return true;
    if (p < pattern.size() && pattern[p] == '*')
      star = p++, back = s;
    else if (p < pattern.size() && s < path.size() && pattern[p] == path[s])
      ++p, ++s;
    else if (star != std::string_view::npos && back < path.size())
      p = star + 1, s = ++back;
    else
      return false;
  }
}

}  // namespace

Robots::Robots(std::string_view text, std::string_view agent) {
  std::vector<Rule> ours, everyones;
  bool for_us = false, for_all = false, naming = false, named = false;
  for (const auto& [key, value] : lines_of(text)) {
    if (key == "user-agent") {
      if (!naming) for_us = for_all = false;
      naming = true;
      for_all = for_all || value == "*";
      for_us = for_us || lower_ascii(value) == agent;
      named = named || for_us;
    } else if (key == "allow" || key == "disallow") {
      naming = false;
      if (value.empty()) continue;
      if (for_us) ours.push_back({value, key == "allow"});
      if (for_all) everyones.push_back({value, key == "allow"});
    }
  }
  rules_ = named ? std::move(ours) : std::move(everyones);
}

bool Robots::allows(std::string_view path) const {
  std::size_t longest = 0;
  bool allowed = true;
  for (const auto& rule : rules_) {
    if (rule.pattern.size() < longest || !matches(rule.pattern, path)) continue;
    allowed = rule.pattern.size() == longest ? allowed || rule.allow : rule.allow;
    longest = rule.pattern.size();
  }
  return allowed;
}

}  // namespace inkstone
