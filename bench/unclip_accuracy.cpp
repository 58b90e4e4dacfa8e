// What a trained unCLIP keeps of a picture and hears in words, on pictures that it was not trained on: the tag that its space
// gives them, and whether a classifier finds the object again in their variations and in what is painted from their captions.
//   unclip_accuracy FOLDER PACKED CLASSIFIER [pictures]
// FOLDER: of the runs; PACKED: `inkstone dataset pack "words:objects=48,label=object" --split test -o PACKED`; CLASSIFIER: a run
// of `inkstone train classifier-words-object`.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/packed.hpp"
#include "data/words/vocabulary.hpp"
#include "families/unclip/trained_unclip.hpp"
#include "models/classifier/classifier.hpp"
#include "tensor/compute.hpp"
#include "train/autocast.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

at::Tensor unit_picture(const Sample& sample) {
  return sample.picture.unsqueeze(0).to(at::kFloat) / 255;
}

std::vector<std::string> chinese_names(const std::vector<std::string>& classes) {
  std::vector<std::string> names;
  for (const auto& name : classes)
    for (const auto& object : words::objects())
      if (object.singular == name) names.emplace_back(object.chinese);
  return names;
}

// Share of the pictures whose label the space puts first.
double tagged(PairedSpace& space, const Dataset& data, const std::vector<std::string>& labels, int64_t count) {
  const auto texts = space.read(labels);
  int64_t right = 0;
  for (int64_t k = 0; k < count; ++k) {
    const auto sample = data.get(k);
    right += space.probabilities(space.see(unit_picture(sample)), texts).argmax().item<int64_t>() == sample.label;
  }
  return double(right) / double(count);
}

class Judge {
 public:
  explicit Judge(const std::string& classifier) : classifier_(to_classifier(load_weights(classifier))) {}
  // picture [1,3,H,W] in [-1,1]
  bool finds(const at::Tensor& picture, int64_t label) {
    return classifier_.net->forward(picture).argmax().item<int64_t>() == label;
  }

 private:
  Classifier classifier_;
};

int run(int argc, char** argv) {
  if (argc < 4) return fmt::print(stderr, "unclip_accuracy FOLDER PACKED CLASSIFIER [pictures]\n"), 2;
  start_compute(1);
  const at::NoGradGuard frozen;
  const auto data = open_packed(argv[2]);
  const auto space = open_paired_space(std::filesystem::path(argv[1]) / "clip");
  for (const auto& labels : {data->classes(), chinese_names(data->classes())})
    fmt::print("tags       {:.1f}% of {} pictures, {} labels as '{}'\n", 100 * tagged(*space, *data, labels, data->size()),
               data->size(), labels.size(), labels.front());
  TrainedUnclip model(argv[1], has_fast_bf16());
  Judge judge(argv[3]);
  const int64_t count = std::min<int64_t>(data->size(), argc > 4 ? std::atoll(argv[4]) : 48);
  int64_t itself = 0, like = 0, told = 0;
  Observer silent;
  for (int64_t k = 0; k < count; ++k) {
    const auto sample = data->get(k);
    auto brief = model.usual();
    brief.seed = uint64_t(k);
    brief.prompt = sample.caption;
    told += judge.finds(model.paint(brief, silent).picture, sample.label);
    brief.embedding = model.see(unit_picture(sample));
    like += judge.finds(model.paint(brief, silent).picture, sample.label);
    itself += judge.finds(unit_picture(sample) * 2 - 1, sample.label);
  }
  const auto share = [&](int64_t right) { return 100 * double(right) / double(count); };
  fmt::print(
      "of {} pictures the object is found: in themselves {:.1f}%, in a variation {:.1f}%, painted from the caption {:.1f}%\n",
      count, share(itself), share(like), share(told));
  return 0;
}

}  // namespace
}  // namespace inkstone

int main(int argc, char** argv) try { return inkstone::run(argc, argv); } catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
