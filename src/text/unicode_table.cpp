#include "text/unicode_table.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>
#include <vector>

#include "text/unicode.hpp"

namespace inkstone::unicode {
namespace {

struct Run {
  std::uint32_t first;
  std::uint8_t value;
};

struct LowerRun {
  std::uint32_t first, last, stride;
  std::int32_t delta;
};

#include "text/unicode_table.inc"

std::uint8_t value_at(std::span<const Run> runs, char32_t c) {
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), c, [](char32_t code, const Run& run) { return code < run.first; });
  return std::prev(after)->value;
}

const Decomposition* find(std::span<const Decomposition> table, char32_t c) {
  const auto at =
      std::lower_bound(table.begin(), table.end(), c, [](const Decomposition& d, char32_t code) { return d.code < code; });
  return at != table.end() && at->code == c ? &*at : nullptr;
}

bool by_parts(const Decomposition& a, const Decomposition& b) {
  return std::tie(a.first, a.second) < std::tie(b.first, b.second);
}

std::vector<Decomposition> composites_by_parts() {
  std::vector<Decomposition> sorted(std::begin(kComposites), std::end(kComposites));
  std::sort(sorted.begin(), sorted.end(), by_parts);
  return sorted;
}

}  // namespace

std::uint8_t properties_of(char32_t c) {
  return c > 0x10ffff ? std::uint8_t(kControl) : value_at(kProperties, c);
}

std::uint8_t combining_class(char32_t c) {
  return c < 0x300 ? 0 : value_at(kCombiningClasses, c);
}

const Decomposition* decomposition_of(char32_t c) {
  if (c < 0xc0) return nullptr;
  const auto* found = find(kComposites, c);
  return found != nullptr ? found : find(kOneWay, c);
}

char32_t composite_of(char32_t first, char32_t second) {
  static const auto sorted = composites_by_parts();
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), Decomposition{0, first, second}, by_parts);
  return at != sorted.end() && at->first == first && at->second == second ? char32_t(at->code) : 0;
}

char32_t lower_of(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  const auto after = std::upper_bound(std::begin(kLower), std::end(kLower), c,
                                      [](char32_t code, const LowerRun& run) { return code < run.first; });
  if (after == std::begin(kLower)) return c;
  const auto& run = *std::prev(after);
  return c <= run.last && (c - run.first) % run.stride == 0 ? char32_t(std::int64_t(c) + run.delta) : c;
}

}  // namespace inkstone::unicode
