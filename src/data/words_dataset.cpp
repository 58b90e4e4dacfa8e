#include "data/words_dataset.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/split_mix.hpp"
#include "data/words/caption.hpp"
#include "data/words/drawing.hpp"
#include "data/words/vocabulary.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using words::Composition;
using words::Selection;

struct WordsPlan {
  int64_t side = 64, count = 200'000, objects = int64_t(words::objects().size());
  uint64_t seed = 0;
  double pairs = words::kUsualPairs;
  std::string label;
  bool plain = false;  // one way alone to say a thing
  Selection selection = Selection::training;
};

class WordsDataset : public Dataset {
 public:
  WordsDataset(WordsPlan plan, const at::Tensor& sprites) : plan_(std::move(plan)), drawings_(sprites) {}

  int64_t size() const override { return plan_.count; }
  PictureSize picture_size(int64_t) const override { return {plan_.side, plan_.side}; }
  std::vector<std::string> classes() const override;

  Sample get(int64_t index) const override {
    DrawRandom random(plan_.seed, index);
    const auto composition = composed(random);
    auto picture = drawings_.draw(composition, plan_.side, random);
    const auto language = random.below(2) == 0 ? words::Language::english : words::Language::chinese;
    auto caption = plan_.plain ? words::plain_caption(composition, language) : words::caption_of(composition, language, random);
    return {std::move(picture), label_of(composition), std::move(caption)};
  }

  std::vector<int64_t> objects_in(int64_t index) const {
    DrawRandom random(plan_.seed, index);
    const auto composition = composed(random);
    if (composition.place == words::Place::alone) return {composition.first.object};
    const auto [least, most] = std::minmax(composition.first.object, composition.second.object);
    return {least, most};
  }

 private:
  Composition composed(DrawRandom& random) const { return words::compose(random, plan_.selection, plan_.objects, plan_.pairs); }

  int64_t label_of(const Composition& composition) const {
    if (plan_.label == "object") return composition.first.object;
    if (plan_.label == "count") return composition.first.count - 1;
    if (plan_.label != "colour") return -1;
    return composition.first.colour == words::kAsDrawn ? int64_t(words::colours().size()) : composition.first.colour;
  }

  WordsPlan plan_;
  words::Drawings drawings_;
};

std::vector<std::string> WordsDataset::classes() const {
  std::vector<std::string> names;
  if (plan_.label == "object")
    for (const auto& object : words::objects().first(std::size_t(plan_.objects))) names.emplace_back(object.singular);
  if (plan_.label == "count")
    for (int64_t count = 1; count <= words::kMostOfAKind; ++count) names.emplace_back(words::english_number(count));
  if (plan_.label == "colour") {
    for (const auto& colour : words::colours()) names.emplace_back(colour.english);
    names.emplace_back("as drawn");
  }
  return names;
}

[[noreturn]] void refuse_words(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, fmt::format("words: {}", what));
}

int64_t number_in(std::string_view text, int64_t least, int64_t most, std::string_view what) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    refuse_words(fmt::format("{} must be a number from {} to {}, not '{}'", what, least, most, text));
  return value;
}

void set_words_option(WordsPlan& plan, std::string_view option) {
  static const std::array<std::string, 7> keys = {"size", "count", "seed", "objects", "pairs", "label", "captions"};
  static const std::array<std::string, 3> labels = {"object", "colour", "count"};
  const auto equals = option.find('=');
  const std::string key(option.substr(0, equals)), value(equals == std::string_view::npos ? "" : option.substr(equals + 1));
  if (key == "size")
    plan.side = number_in(value, 32, 1024, key);
  else if (key == "count")
    plan.count = number_in(value, 1, int64_t(1) << 40, key);
  else if (key == "seed")
    plan.seed = uint64_t(number_in(value, 0, int64_t(1) << 40, key));
  else if (key == "objects")
    plan.objects = number_in(value, 2, int64_t(words::objects().size()), key);
  else if (key == "pairs")
    plan.pairs = double(number_in(value, 0, 100, key)) / 100;
  else if (key == "label" && std::find(labels.begin(), labels.end(), value) != labels.end())
    plan.label = value;
  else if (key == "captions" && (value == "plain" || value == "varied"))
    plan.plain = value == "plain";
  else
    refuse_words(key == "label"      ? fmt::format("label is object, colour or count, not '{}'", value)
                 : key == "captions" ? fmt::format("captions is plain or varied, not '{}'", value)
                                     : fmt::format("unknown option '{}'{}", key, did_you_mean(key, keys)));
}

}  // namespace

std::shared_ptr<const Dataset> open_words(const std::string& options, const std::string& split, const at::Tensor& sprites) {
  WordsPlan plan;
  const bool test = split == "test";
  if (test) plan.count = 10'000;
  for (std::string_view rest = options; !rest.empty();) {
    const auto comma = rest.find(',');
    set_words_option(plan, rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  plan.selection = !plan.label.empty() ? Selection::single_kind : test ? Selection::held_out : Selection::training;
  plan.seed = scrambled(plan.seed ^ (test ? 0x74657374u : 0u) ^ (plan.label.empty() ? 0u : 0x6c61u));
  return std::make_shared<const WordsDataset>(std::move(plan), sprites);
}

std::vector<int64_t> pictures_showing(const Dataset& data, const std::vector<int64_t>& objects, std::size_t most) {
  constexpr int64_t kComposedAtMost = 2'000'000;
  const auto* known = dynamic_cast<const WordsDataset*>(&data);
  std::vector<int64_t> found;
  if (known == nullptr || objects.empty() || objects.size() > 2) return found;
  for (int64_t k = 0; k < std::min(known->size(), kComposedAtMost) && found.size() < most; ++k)
    if (known->objects_in(k) == objects) found.push_back(k);
  return found;
}

}  // namespace inkstone
