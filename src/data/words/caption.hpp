// A composition in words, English or Chinese, by rule: "two red foxes", "两只红色的狐狸", "a cat to the left of a blue fish",
// "一只猫在一条蓝色的鱼的左边".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/words/composition.hpp"

namespace inkstone::words {

enum class Language { english, chinese };

// There are several ways to say most things; random chooses one.
std::string caption_of(const Composition& composition, Language language, DrawRandom& random);

// The plainest way: with its count, its colour and its name.
std::string plain_caption(const Composition& composition, Language language);

// What captions say beside numbers, colours and names.
std::vector<std::string_view> english_phrases();
std::vector<std::string_view> chinese_phrases();

}  // namespace inkstone::words
