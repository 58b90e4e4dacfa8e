#include "families/words/chinese_names.hpp"

#include <algorithm>
#include <string>

#include "data/words/vocabulary.hpp"

namespace inkstone::words {
namespace {

constexpr std::size_t kLongestName = 8;  // characters

bool is_name(const std::string& text) {
  const auto objects_known = objects();
  const auto colours_known = colours();
  return std::any_of(objects_known.begin(), objects_known.end(), [&](const Object& object) { return object.chinese == text; }) ||
         std::any_of(colours_known.begin(), colours_known.end(),
                     [&](const Colour& colour) { return std::string(colour.chinese) + "色" == text; });
}

}  // namespace

std::vector<nn::TokenSpan> with_names_whole(const std::vector<nn::TokenSpan>& spans) {
  std::vector<nn::TokenSpan> whole;
  for (std::size_t at = 0; at < spans.size();) {
    auto longest = spans[at];
    std::size_t end = at + 1;
    auto name = spans[at];
    for (std::size_t k = at + 1; k < std::min(spans.size(), at + kLongestName); ++k) {
      name.word += spans[k].word;
      name.count += spans[k].count;
      if (!is_name(name.word)) continue;
      longest = name;
      end = k + 1;
    }
    whole.push_back(longest);
    at = end;
  }
  return whole;
}

}  // namespace inkstone::words
