// How well a captioner says what drawings show: of pictures of the data set `words` that it never saw, the share whose objects,
// colours and number it names rightly, whole sentences that are true of the picture or are the very ones, and BLEU-4
// (eval/bleu.hpp).
//   captions_accuracy MODEL|- [pictures [spec [split [beams]]]]
// MODEL: a run or a model file; -: the one inside the program. By default 300 pictures of the split `test`, combinations of
// object, colour and count that training never shows.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/augment.hpp"
#include "data/words/named_objects.hpp"
#include "data/words/vocabulary.hpp"
#include "eval/bleu.hpp"
#include "inkstone/observer.hpp"
#include "studio/captioning.hpp"
#include "studio/open_data.hpp"
#include "tensor/compute.hpp"

namespace inkstone {
namespace {

constexpr double kShownWrong = 12;

// WordList, and Chinese characters one by one.
WordList words_of(const std::string& text) {
  static const WordTokens none({});
  WordList words;
  for (const auto& span : none.spans(text, 4096)) words.push_back(span.word);
  return words;
}

// By their English names, in the order of the alphabet.
WordList colours_in(const WordList& words) {
  WordList found;
  for (std::size_t k = 0; k < words.size(); ++k)
    for (const auto& colour : words::colours())
      if (words[k] == colour.english || (words[k] == colour.chinese && k + 1 < words.size() && words[k + 1] == "色"))
        found.emplace_back(colour.english);
  std::sort(found.begin(), found.end());
  return found;
}

int64_t number_in(const WordList& words) {
  for (int64_t count = words::kMostOfAKind; count > 1; --count)
    if (!words.empty() && (words.front() == words::english_number(count) || words.front() == words::chinese_number(count)))
      return count;
  return 1;
}

// Two things and how they lie: "a below b" is "b above a". place: empty for one thing.
struct Scene {
  WordList first, second;
  std::string place;
};

Scene scene_of(const WordList& words) {
  static const std::map<std::string, std::string> places = {
      {"above", "above"}, {"below", "below"}, {"left", "left"}, {"right", "right"}, {"and", "and"},
      {"上", "above"},    {"下", "below"},    {"左", "left"},   {"右", "right"},    {"和", "and"}};
  const auto begin = words.begin(), end = words.end(), in = std::find(begin, end, "在");
  Scene scene{words, {}, ""};
  if (in != end && end - in > 4) {  // a 在 b 的 上 面
    scene = {{begin, in}, {in + 1, end - 3}, places.contains(*(end - 2)) ? places.at(*(end - 2)) : ""};
  } else if (const auto at = std::find_if(begin, end, [&](const std::string& word) { return places.contains(word); });
             at != end) {
    const bool sideways = *at == "left" || *at == "right";  // a to the left of b
    if (!sideways || (at - begin > 2 && end - at > 2))
      scene = {{begin, at - 2 * sideways}, {at + 1 + sideways, end}, places.at(*at)};
  }
  if (scene.place == "below" || scene.place == "right") {
    std::swap(scene.first, scene.second);
    scene.place = scene.place == "below" ? "above" : "left";
  }
  return scene;
}

// Whether what is said is so, as far as it is said; things drawn for "a and b" lie side by side, a on the left.
bool is_true(const Scene& said, const Scene& wanted) {
  const bool same = said.first == wanted.first && said.second == wanted.second,
             swapped = said.first == wanted.second && said.second == wanted.first;
  if (said.place == "and") return !wanted.place.empty() && (same || swapped);
  return same && (said.place == wanted.place || (said.place == "left" && wanted.place == "and"));
}

struct Score {
  double pictures = 0, object = 0, colour = 0, number = 0, all = 0, right = 0, exact = 0, probability = 0;
  std::vector<WordList> said, wanted;

  void add(const captioner::Caption& caption, const std::string& truth) {
    said.push_back(words_of(caption.text));
    wanted.push_back(words_of(truth));
    const bool objects = words::objects_named(caption.text) == words::objects_named(truth),
               colours = colours_in(said.back()) == colours_in(wanted.back()),
               numbers = number_in(said.back()) == number_in(wanted.back());
    ++pictures;
    object += objects, colour += colours, number += numbers, all += objects && colours && numbers;
    right += is_true(scene_of(said.back()), scene_of(wanted.back()));
    exact += caption.text == truth;
    probability += caption.probability;
  }

  void print(const char* name) const {
    const auto percent = [&](double sum) { return 100 * sum / std::max(1.0, pictures); };
    fmt::print(
        "{:8} {:4.0f} pictures: object {:.1f}%, colour {:.1f}%, number {:.1f}%, all three {:.1f}%, true {:.1f}%, word for word "
        "{:.1f}%, its own probability {:.1f}%\n",
        name, pictures, percent(object), percent(colour), percent(number), percent(all), percent(right), percent(exact),
        percent(probability));
  }
};

int run(int argc, char** argv) {
  if (argc < 2) return fmt::print(stderr, "captions_accuracy MODEL|- [pictures [spec [split [beams]]]]\n"), 2;
  start_compute(1);
  Observer silent;
  studio::LoadedModels models(uint64_t(1) << 30);
  const auto captioner = studio::captioner_of({argv[1] == std::string("-") ? "" : argv[1]}, models);
  const auto data = studio::open_data(argc > 3 ? argv[3] : "words:captions=plain", argc > 4 ? argv[4] : "test", silent);
  const auto& config = captioner->network->config();
  Score whole, english, chinese;
  for (int64_t k = 0; k < std::min<int64_t>(argc > 2 ? std::atoll(argv[2]) : 300, data->size()); ++k) {
    const auto sample = data->get(k);
    const auto seen = at::empty({config.channels, config.height, config.width});
    augment_into(sample.picture, seen, {.convert_channels = true}, 0, 0);
    const auto language = captioner::language_of(sample.caption);
    const auto caption = captioner->say(seen.unsqueeze(0), language, argc > 5 ? std::atoll(argv[5]) : 4);
    whole.add(caption, sample.caption);
    (language == captioner::Language::english ? english : chinese).add(caption, sample.caption);
    if (caption.text != sample.caption && whole.pictures - whole.exact <= kShownWrong)
      fmt::print("  {}: said \"{}\" ({:.0f} %)\n", sample.caption, caption.text, 100 * caption.probability);
  }
  whole.print("all");
  english.print("English");
  chinese.print("Chinese");
  fmt::print("BLEU-4   {:.3f}\n", bleu(whole.said, whole.wanted));
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
