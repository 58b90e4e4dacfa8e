// How well a painter of words does what it is told: compositions that training never showed, painted and then looked at by three
// classifiers (object, colour, count), which were trained on drawings.
//   words_accuracy MODEL OBJECT COLOUR COUNT [compositions [seed [guidance [sampler]]]]
// MODEL: a folder, a run or a model file. Half of the prompts are English, half Chinese; the same seed asks the same.
#include <cstdlib>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/words/caption.hpp"
#include "data/words/vocabulary.hpp"
#include "words_painted.hpp"

namespace inkstone {
namespace {

using words::Composition;
using words::Language;

struct Asked {
  std::vector<Composition> compositions;
  std::vector<std::string> prompts;
};

// Of the objects that the classifier knows.
Asked asked(int64_t count, uint64_t seed, int64_t objects) {
  Asked result;
  for (int64_t index = 0; index < count; ++index) {
    DrawRandom random(seed, index);
    result.compositions.push_back(words::compose(random, words::Selection::held_out, objects));
    result.prompts.push_back(
        words::plain_caption(result.compositions.back(), index % 2 == 0 ? Language::english : Language::chinese));
  }
  return result;
}

int64_t wanted(const Composition& c, std::size_t question) {
  if (question == 0) return c.first.object;
  if (question == 2) return c.first.count - 1;
  return c.first.colour == words::kAsDrawn ? int64_t(words::colours().size()) : c.first.colour;
}

void tell(const char* name, const std::vector<Composition>& compositions, const at::Tensor& said, std::size_t question) {
  int64_t right[2] = {0, 0}, total[2] = {0, 0};
  for (std::size_t k = 0; k < compositions.size(); ++k) {
    ++total[k % 2];
    right[k % 2] += said[int64_t(k)].item<int64_t>() == wanted(compositions[k], question);
  }
  fmt::print("{:7} {:.1f}%  (English {:.1f}%, Chinese {:.1f}%)\n", name,
             100.0 * double(right[0] + right[1]) / double(total[0] + total[1]), 100.0 * double(right[0]) / double(total[0]),
             100.0 * double(right[1]) / double(total[1]));
}

int run(int argc, char** argv) {
  if (argc < 5)
    return fmt::print(stderr, "words_accuracy MODEL OBJECT COLOUR COUNT [compositions [seed [guidance [sampler]]]]\n"), 2;
  start_compute(1);
  const at::NoGradGuard frozen;
  const auto request = asked(argc > 5 ? std::atoll(argv[5]) : 300, argc > 6 ? uint64_t(std::atoll(argv[6])) : 1,
                             int64_t(to_classifier(load_weights(argv[2])).classes.size()));
  const auto pictures = painted(argv[1], request.prompts, argc > 7 ? std::atof(argv[7]) : 0, argc > 8 ? argv[8] : "");
  const char* names[] = {"object", "colour", "count"};
  auto all = at::ones({pictures.size(0)}, at::kBool);
  for (std::size_t question = 0; question < 3; ++question) {
    const auto said = logits(argv[2 + question], pictures).argmax(1);
    tell(names[question], request.compositions, said, question);
    for (int64_t k = 0; k < pictures.size(0); ++k)
      if (said[k].item<int64_t>() != wanted(request.compositions[std::size_t(k)], question)) all[k] = false;
  }
  fmt::print("{:7} {:.1f}%\n", "all", 100.0 * double(all.sum().item<int64_t>()) / double(pictures.size(0)));
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
