#include <algorithm>
#include <map>
#include <set>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/text.hpp"
#include "image/decode.hpp"
#include "ingest/picture_bytes.hpp"
#include "ingest/sprite_sheets.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int64_t kEmojiSide = 64, kPitch = kEmojiSide + 2;
constexpr std::size_t kTestEvery = 20;

json read_list(const fs::path& path) {
  auto list = json::parse(read_file(path, 1 << 26), nullptr, false);
  if (!list.is_array()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} is no JSON list", path.string()));
  return list;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Code points without the variation selector, about which the two packages differ.
std::string key_of(std::string code) {
  for (std::size_t at; (at = code.find("-FE0F")) != std::string::npos;) code.erase(at, 5);
  return code;
}

// Label, then keywords.
std::string words_of(const json& entry) {
  std::vector<std::string> words = {text_at(entry, "label")};
  if (const auto tags = entry.find("tags"); tags != entry.end() && tags->is_array())
    for (const auto& tag : *tags)
      if (tag.is_string() && std::find(words.begin(), words.end(), tag.get<std::string>()) == words.end())
        words.push_back(tag.get<std::string>());
  return fmt::format("{}", fmt::join(words, ", "));
}

// By key; skin tones have labels of their own.
std::map<std::string, std::string> read_words(const fs::path& path) {
  std::map<std::string, std::string> words;
  for (const auto& entry : read_list(path)) {
    if (!entry.is_object()) continue;
    words[key_of(text_at(entry, "hexcode"))] = words_of(entry);
    if (const auto skins = entry.find("skins"); skins != entry.end() && skins->is_array())
      for (const auto& skin : *skins)
        if (skin.is_object()) words[key_of(text_at(skin, "hexcode"))] = words_of(skin);
  }
  return words;
}

struct Emoji {
  std::string code, name, category;
  int64_t x = 0, y = 0;  // on the sheet
};

void add_if_drawn(std::vector<Emoji>& emoji, const json& entry, const std::string& name, const std::string& category) {
  const auto whole = [&](const char* key) {
    return entry.contains(key) && entry[key].is_number_integer() ? entry[key].get<int64_t>() : -1;
  };
  if (entry.contains("has_img_google") && entry["has_img_google"] == true)
    emoji.push_back({text_at(entry, "unified"), name, category, whole("sheet_x"), whole("sheet_y")});
}

std::vector<Emoji> read_emoji(const fs::path& path, const std::string& split) {
  std::vector<Emoji> emoji;
  std::size_t number = 0;
  for (const auto& entry : read_list(path)) {
    if (!entry.is_object()) continue;
    const bool is_test = number++ % kTestEvery == kTestEvery - 1;
    if (is_test != (split == "test")) continue;
    const auto name = lower_ascii(text_at(entry, "name"));
    add_if_drawn(emoji, entry, name, text_at(entry, "category"));
    if (const auto skins = entry.find("skin_variations"); skins != entry.end() && skins->is_object())
      for (const auto& skin : *skins)
        if (skin.is_object()) add_if_drawn(emoji, skin, name, text_at(entry, "category"));
  }
  return emoji;
}

at::Tensor cut_out(const at::Tensor& sheet, const Emoji& emoji, const fs::path& path) {
  const int64_t x = emoji.x * kPitch + 1, y = emoji.y * kPitch + 1;
  if (emoji.x < 0 || emoji.y < 0 || emoji.x > sheet.size(2) || emoji.y > sheet.size(1) || x + kEmojiSide > sheet.size(2) ||
      y + kEmojiSide > sheet.size(1))
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} has no emoji {} at {}, {}", path.string(), emoji.code, emoji.x, emoji.y));
  return sheet.narrow(1, y, kEmojiSide).narrow(2, x, kEmojiSide);
}

std::string caption_of(const Emoji& emoji, const std::map<std::string, std::string>& english,
                       const std::map<std::string, std::string>& chinese) {
  const auto key = key_of(emoji.code);
  const auto en = english.find(key), zh = chinese.find(key);
  std::string caption = en == english.end() || en->second.empty() ? emoji.name : en->second;
  return zh == chinese.end() || zh->second.empty() ? caption : caption + "; " + zh->second;
}

}  // namespace

std::shared_ptr<const TensorDataset> open_emoji_sheet(const fs::path& folder, const std::string& split) {
  const auto emoji = read_emoji(folder / "emoji.json", split);
  if (emoji.empty()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} names no emoji", (folder / "emoji.json").string()));
  const auto english = read_words(folder / "en.json"), chinese = read_words(folder / "zh.json");
  const auto path = folder / "64.png";
  const auto sheet = to_bytes(decode_image(path), 3);
  std::set<std::string> categories;
  for (const auto& one : read_emoji(folder / "emoji.json", "train")) categories.insert(one.category);
  const std::vector<std::string> classes(categories.begin(), categories.end());
  std::vector<at::Tensor> pictures;
  std::vector<int64_t> labels;
  std::vector<std::string> captions;
  for (const auto& one : emoji) {
    pictures.push_back(cut_out(sheet, one, path));
    const auto found = std::find(classes.begin(), classes.end(), one.category);
    labels.push_back(found == classes.end() ? -1 : found - classes.begin());
    captions.push_back(caption_of(one, english, chinese));
  }
  return std::make_shared<const TensorDataset>(at::stack(pictures), at::tensor(labels, at::kLong), std::move(captions), classes);
}

}  // namespace inkstone
