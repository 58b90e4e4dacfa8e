#include <string_view>
#include <vector>

#include "data/procedural/molecules.hpp"

namespace inkstone::procedural {
namespace {

// Made from bond lengths and angles of textbooks.
constexpr std::string_view kText =
#include "data/procedural/built_in_molecules.inc"
    ;

std::vector<std::string_view> divided(std::string_view text) {
  constexpr std::string_view kEnd = "$$$$\n";
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(kEnd); end != std::string_view::npos; end = text.find(kEnd)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + kEnd.size());
  }
  return parts;
}

}  // namespace

std::span<const std::string_view> built_in_molecules() {
  static const std::vector<std::string_view> list = divided(kText);
  return list;
}

}  // namespace inkstone::procedural
