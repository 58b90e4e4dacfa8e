#include "families/captioner/captioner.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "data/dataset.hpp"
#include "families/captioner/vocabulary.hpp"
#include "families/registry.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

const std::vector<std::string> kSeen = {"a red fox", "两只蓝色的猫", "two eggs above a sun", "一只玄鸟"};

CaptionerOptions small_captioner() {
  CaptionerOptions options;
  options.strokes = 8;
  options.features = 32;
  options.depth = 1;
  options.heads = 2;
  options.length = 12;
  options.dropout = 0;
  options.vocabulary = {"a", "red", "fox", "two", "eggs", "above", "sun", "两", "只", "蓝", "色", "的", "猫", "一", "鸟"};
  return options;
}

PictureShape caption_shape() {
  return {3, 16, 16, {}};
}

Batch captioned_blobs() {
  auto batch = blobs(4, 3, 16, 16);
  batch.captions = kSeen;
  return batch;
}

// Learns one batch by heart, in both languages, with a character (玄) that it must spell; finished, it says the same out of its
// file.
TEST(CaptionerFamily, OverfitsOneBatch) {
  at::manual_seed(1);
  const auto options = small_captioner();
  const auto family = make_captioner(options, caption_shape());
  const auto batch = captioned_blobs();
  PlainTrainer trainer(*family, 1e-2, 0.9);
  trainer.run(batch, 60);
  trainer.evaluate();
  EXPECT_EQ(trainer.reported["accuracy"], 1);
  StepNoise noise(0, 0, {0, 4, 4}, at::kCPU);
  EXPECT_EQ(family->validate(batch, noise).at("exact"), 1);

  StateDict model;
  collect_weights(model, family->networks());
  describe(model, {"captioner", to_json(options).dump(), caption_shape()});
  auto captioner = open_captioner(model);
  for (std::size_t k = 0; k < kSeen.size(); ++k) {
    const auto said = captioner.say(batch.pictures.narrow(0, int64_t(k), 1), captioner::language_of(kSeen[k]));
    EXPECT_EQ(said.text, kSeen[k]);
    EXPECT_GT(said.probability, 0.5) << said.text;
    EXPECT_LE(said.probability, 1) << said.text;
  }
  model.metadata["inkstone.family"] = "gan";
  EXPECT_THROW(open_captioner(model), Error);
}

// The mean over true words and ends of -log p: what is behind an end, and a picture without a caption, counts for nothing.
TEST(CaptionerFamily, LossIsCrossEntropyOfTheWordsThatAreThere) {
  at::manual_seed(2);
  auto options = small_captioner();
  const auto family = make_captioner(options, caption_shape());
  auto batch = captioned_blobs();
  batch.captions = {"red fox", "", "a", ""};
  PlainTrainer trainer(*family);  // puts the network into training mode
  const auto network = std::dynamic_pointer_cast<captioner::NetworkImpl>(family->networks()[0].module);
  const int64_t word = WordTokens::kFirstWord, english = word + int64_t(options.vocabulary.size());
  const auto given = at::tensor({english, word + 1, word + 2}, at::kLong).repeat({4, 1});
  auto alone = given.clone();
  alone[2][1] = word;
  const auto log_p = network->forward(batch.pictures, at::where(at::arange(4).unsqueeze(1) == 2, alone, given)).log_softmax(2);
  const auto of = [&](int64_t row, int64_t place, int64_t token) { return log_p[row][place][token].item<double>(); };
  const double expected = -(of(0, 0, word + 1) + of(0, 1, word + 2) + of(0, 2, 0) + of(2, 0, word) + of(2, 1, 0)) / 5;
  trainer.run(batch, 1);
  EXPECT_NEAR(trainer.reported["loss"], expected, 1e-5);
}

TEST(CaptionerFamily, SaysWhatItCannotDo) {
  auto options = small_captioner();
  options.heads = 3;
  EXPECT_THROW(make_captioner(options, caption_shape()), Error);
  EXPECT_THROW(make_captioner(small_captioner(), {3, 7, 16, {}}), Error);
  const auto family = make_captioner(small_captioner(), caption_shape());
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(4, 3, 16, 16), 1), Error);  // no captions
  Observer silent;
  EXPECT_THROW(family->paint(paint_spec(*family, 1), silent), Error);
  family->probe();
}

class Captions : public Dataset {
 public:
  int64_t size() const override { return 4; }
  Sample get(int64_t index) const override { return {at::zeros({3, 8, 8}, at::kByte), -1, kSeen[std::size_t(index)]}; }
};

TEST(CaptionerFamily, TakesItsWordsFromTheData) {
  const auto words = caption_words(Captions());
  EXPECT_EQ(words.front(), "a");  // two captions have it, as have 只; by order of bytes between them
  EXPECT_EQ(words[1], "只");
  EXPECT_EQ(words.size(), 16u);
  nlohmann::json options = {{"vocabulary", nlohmann::json::array()}}, own = {{"vocabulary", {"fox"}}};
  take_vocabulary(options, Captions());
  EXPECT_EQ(options["vocabulary"], nlohmann::json(words));
  take_vocabulary(own, Captions());
  EXPECT_EQ(own["vocabulary"].size(), 1u);
  EXPECT_NE(find_family("captioner").complete, nullptr);
}

}  // namespace
}  // namespace inkstone
