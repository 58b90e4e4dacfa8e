#include "data/words/caption.hpp"

#include <array>
#include <span>

#include <fmt/format.h>

#include "data/words/vocabulary.hpp"

namespace inkstone::words {
namespace {

constexpr double kSaysPicture = 0.1;

constexpr std::array<std::string_view, 4> kEnglishOpenings = {"", "a picture of ", "a painting of ", "a drawing of "};
constexpr std::array<std::string_view, 4> kChineseOpenings = {"", "画", "一张图片：", "一幅画："};

using Ways = std::array<std::string_view, 2>;
constexpr std::array<Ways, 6> kEnglishPlaces = {Ways{"", ""},
                                                {" above ", " over "},
                                                {" below ", " under "},
                                                {" to the left of ", " left of "},
                                                {" to the right of ", " right of "},
                                                {" and ", " next to "}};
constexpr std::array<Ways, 6> kChinesePlaces = {Ways{"", ""},         {"的上面", "的上方"}, {"的下面", "的下方"},
                                                {"的左边", "的左侧"}, {"的右边", "的右侧"}, {"和", "跟"}};
constexpr std::string_view kOthers = " a an the gray ", kOtherCharacters = "色的在";

// Chosen by random where there is one, else the first.
std::size_t chosen(DrawRandom* random, std::size_t count) {
  return random ? std::size_t(random->below(int64_t(count))) : 0;
}

bool vowel_first(std::string_view word) {
  return std::string_view("aeiou").find(word.front()) != std::string_view::npos && word != "ufo";
}

std::string english_part(const Part& part, DrawRandom* random) {
  const auto& object = objects()[std::size_t(part.object)];
  std::string colour = part.colour == kAsDrawn ? "" : std::string(colours()[std::size_t(part.colour)].english);
  if (colour == "grey" && chosen(random, 2) == 1) colour = "gray";
  const auto named = fmt::format("{}{}{}", colour, colour.empty() ? "" : " ", part.count == 1 ? object.singular : object.plural);
  if (part.count > 1)
    return fmt::format("{} {}", chosen(random, 5) == 4 ? std::to_string(part.count) : std::string(english_number(part.count)),
                       named);
  switch (chosen(random, 6)) {
    case 3:
      return named;
    case 4:
      return "one " + named;
    case 5:
      return "the " + named;
    default:
      return (vowel_first(named) ? "an " : "a ") + named;
  }
}

std::string chinese_part(const Part& part, DrawRandom* random) {
  const auto& object = objects()[std::size_t(part.object)];
  static constexpr std::array<std::string_view, 3> kColourEndings = {"色的", "色", ""};
  std::string named(object.chinese);
  if (part.colour != kAsDrawn)
    named = fmt::format("{}{}{}", colours()[std::size_t(part.colour)].chinese, kColourEndings[chosen(random, 3)], named);
  if (part.count == 1 && chosen(random, 3) == 2) return named;
  const bool digit = chosen(random, 6) == 5;
  return fmt::format("{}{}{}", digit ? std::to_string(part.count) : std::string(chinese_number(part.count)), object.measure,
                     named);
}

std::string english(const Composition& c, DrawRandom* random) {
  auto text = english_part(c.first, random);
  if (c.place != Place::alone)
    text += std::string(kEnglishPlaces[std::size_t(c.place)][chosen(random, 2)]) + english_part(c.second, random);
  return text;
}

std::string chinese(const Composition& c, DrawRandom* random) {
  const auto first = chinese_part(c.first, random);
  if (c.place == Place::alone) return first;
  const auto second = chinese_part(c.second, random),
             place = std::string(kChinesePlaces[std::size_t(c.place)][chosen(random, 2)]);
  return c.place == Place::beside ? first + place + second : first + "在" + second + place;
}

std::vector<std::string_view> all_of(std::span<const std::string_view> openings, std::span<const Ways> places,
                                     std::string_view others) {
  std::vector<std::string_view> phrases(openings.begin(), openings.end());
  for (const auto& ways : places) phrases.insert(phrases.end(), ways.begin(), ways.end());
  phrases.push_back(others);
  return phrases;
}

}  // namespace

std::string caption_of(const Composition& composition, Language language, DrawRandom& random) {
  const auto opening = random.uniform() < kSaysPicture ? 1 + random.below(3) : 0;
  if (language == Language::english) return std::string(kEnglishOpenings[std::size_t(opening)]) + english(composition, &random);
  return std::string(kChineseOpenings[std::size_t(opening)]) + chinese(composition, &random);
}

std::string plain_caption(const Composition& composition, Language language) {
  return language == Language::english ? english(composition, nullptr) : chinese(composition, nullptr);
}

std::vector<std::string_view> english_phrases() {
  return all_of(kEnglishOpenings, kEnglishPlaces, kOthers);
}
std::vector<std::string_view> chinese_phrases() {
  return all_of(kChineseOpenings, kChinesePlaces, kOtherCharacters);
}

}  // namespace inkstone::words
