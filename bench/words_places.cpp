// Whether a painter of words puts things where it is told: prompts of two objects, one above, below, left or right of the other,
// painted, and the two places looked at one by one by the classifier of objects (`inkstone train classifier-words-object`), which
// is asked which of the two is there.
//   words_places MODEL OBJECT [prompts [seed [guidance]]]
// MODEL: a folder, a run or a model file; or a folder of emoji, as `inkstone models pull emoji` says where it is: what the
// measure says of the drawings themselves. Half of the prompts are English, half Chinese; the same seed asks the same.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/words/caption.hpp"
#include "data/words/drawing.hpp"
#include "data/words/vocabulary.hpp"
#include "ingest/sprite_sheets.hpp"
#include "words_painted.hpp"

namespace inkstone {
namespace {

using words::Composition;
using words::Language;
using words::Place;

constexpr int64_t kPlaces = 4;
constexpr double kPart = 0.53, kAcross = (1 - kPart) / 2;  // of the side: a square that holds one of two

std::vector<Composition> asked(int64_t count, uint64_t seed, int64_t objects) {
  std::vector<Composition> result;
  for (DrawRandom random(seed, 0); int64_t(result.size()) < count;)
    if (const auto c = words::compose(random, words::Selection::training, objects);
        c.place != Place::alone && c.place != Place::beside)
      result.push_back(c);
  return result;
}

Language language_of(std::size_t k) {
  return k % 2 == 0 ? Language::english : Language::chinese;
}

std::vector<std::string> prompts_of(const std::vector<Composition>& compositions) {
  std::vector<std::string> prompts;
  for (std::size_t k = 0; k < compositions.size(); ++k) prompts.push_back(words::plain_caption(compositions[k], language_of(k)));
  return prompts;
}

at::Tensor drawn(const std::string& folder, const std::vector<Composition>& compositions, int64_t side) {
  std::vector<std::string> codes;
  for (const auto& object : words::objects()) codes.emplace_back(object.code);
  const words::Drawings drawings(read_emoji_drawings(folder, codes));
  std::vector<at::Tensor> pictures;
  for (const auto& composition : compositions) {
    DrawRandom random(1, int64_t(pictures.size()));
    pictures.push_back(drawings.draw(composition, side, random));
  }
  return at::stack(pictures).to(at::kFloat).div_(127.5).sub_(1);
}

// The part of a picture [3,side,side] where one of the two should be, as large as the whole.
at::Tensor part_of(const at::Tensor& picture, Place place) {
  const auto side = picture.size(2), part = int64_t(kPart * double(side)), across = int64_t(kAcross * double(side)),
             far = side - part;
  const bool upright = place == Place::above || place == Place::below, first = place == Place::above || place == Place::left;
  const auto cut = upright ? picture.narrow(1, first ? 0 : far, part).narrow(2, across, part)
                           : picture.narrow(1, across, part).narrow(2, first ? 0 : far, part);
  return at::upsample_bilinear2d(cut.unsqueeze(0), {side, side}, false)[0];
}

Place opposite(Place place) {
  switch (place) {
    case Place::above:
      return Place::below;
    case Place::below:
      return Place::above;
    case Place::left:
      return Place::right;
    default:
      return Place::left;
  }
}

struct Seen {
  int64_t total = 0, right = 0, exchanged = 0;
};

void tell(const char* name, const Seen& seen) {
  fmt::print("{:8} in their places {:.1f}%, exchanged {:.1f}%, of {}\n", name, 100.0 * double(seen.right) / double(seen.total),
             100.0 * double(seen.exchanged) / double(seen.total), seen.total);
}

int run(int argc, char** argv) {
  if (argc < 3) return fmt::print(stderr, "words_places MODEL OBJECT [prompts [seed [guidance]]]\n"), 2;
  start_compute(1);
  const at::NoGradGuard frozen;
  const auto classifier = to_classifier(load_weights(argv[2]));
  const auto compositions = asked(argc > 3 ? std::atoll(argv[3]) : 300, argc > 4 ? uint64_t(std::atoll(argv[4])) : 1,
                                  int64_t(classifier.classes.size()));
  const bool drawings = std::filesystem::exists(std::filesystem::path(argv[1]) / "emoji.json");
  const auto pictures = drawings ? drawn(argv[1], compositions, classifier.height)
                                 : painted(argv[1], prompts_of(compositions), argc > 5 ? std::atof(argv[5]) : 0);
  std::vector<at::Tensor> parts;
  for (std::size_t k = 0; k < compositions.size(); ++k)
    for (const auto place : {compositions[k].place, opposite(compositions[k].place)})
      parts.push_back(part_of(pictures[int64_t(k)], place));
  const auto said = logits(argv[2], at::stack(parts));
  const auto rather = [&](std::size_t k, std::size_t part, int64_t object, int64_t other) {
    const auto answer = said[int64_t(2 * k + part)];
    return answer[object].item<float>() > answer[other].item<float>();
  };
  Seen all, places[kPlaces], languages[2];
  for (std::size_t k = 0; k < compositions.size(); ++k) {
    const auto& c = compositions[k];
    const int64_t first = c.first.object, second = c.second.object;
    const bool right = rather(k, 0, first, second) && rather(k, 1, second, first),
               exchanged = rather(k, 0, second, first) && rather(k, 1, first, second);
    for (auto* seen : {&all, &places[std::size_t(c.place) - std::size_t(Place::above)], &languages[k % 2]}) {
      ++seen->total;
      seen->right += right;
      seen->exchanged += exchanged;
    }
  }
  tell("all", all);
  const char* names[kPlaces] = {"above", "below", "left", "right"};
  for (int64_t place = 0; place < kPlaces; ++place) tell(names[place], places[place]);
  tell("English", languages[0]);
  tell("Chinese", languages[1]);
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
