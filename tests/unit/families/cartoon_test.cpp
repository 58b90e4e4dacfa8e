#include "families/cartoon/cartoon.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

const PictureShape kStreets{3, 32, 32, {}};

CartoonOptions small_cartoonist() {
  CartoonOptions options;
  options.frames = "frames";
  options.smoothed = "smoothed";
  options.features = 4;
  options.blocks = 1;
  options.discriminator_features = 8;
  options.content_layer = "relu1_1";
  options.pretrain_epochs = 2;
  return options;
}

// Flat areas with hard borders, redder with every batch.
class DrawnFrames : public BatchSource {
 public:
  explicit DrawnFrames(double blur) : blur_(blur) {}
  Batch get(int64_t number) override {
    asked.push_back(number);
    auto pictures = at::full({4, 3, 32, 32}, -0.8);
    pictures.slice(2, 8, 24).slice(3, 8, 24).fill_(0.8);
    pictures.select(1, 0).add_(0.01 * double(number));
    Batch batch;
    batch.pictures = pictures * blur_;
    return batch;
  }
  int64_t batches_per_epoch() const override { return 7; }
  std::vector<int64_t> asked;

 private:
  double blur_;
};

struct Lesson {
  explicit Lesson(const CartoonOptions& options, int64_t batches_per_epoch = 3) : family(make_cartoon(options, kStreets)) {
    std::vector<std::shared_ptr<BatchSource>> sources = {frames};
    if (family->wanted_data().size() == 2) sources.push_back(smoothed);
    family->take_data(sources, batches_per_epoch);
  }
  std::shared_ptr<DrawnFrames> frames = std::make_shared<DrawnFrames>(1), smoothed = std::make_shared<DrawnFrames>(0.9);
  std::unique_ptr<Family> family;
};

TEST(CartoonFamily, LearnsContentFirstThenPlays) {
  torch::manual_seed(1);
  Lesson lesson(small_cartoonist());
  EXPECT_EQ(lesson.family->wanted_data(), (std::vector<std::string>{"frames", "smoothed"}));
  EXPECT_EQ(lesson.family->rate(5), 10);  // 2 epochs of 3 batches
  EXPECT_EQ(lesson.family->rate(6), 1);
  PlainTrainer trainer(*lesson.family, 2e-3);
  const auto batch = blobs(4, 3, 32, 32);
  trainer.run(batch, 6);
  EXPECT_EQ(trainer.minimised["discriminator"], 0);
  EXPECT_EQ(trainer.reported.size(), 1u);
  EXPECT_TRUE(lesson.frames->asked.empty());
  trainer.run(batch, 2);
  EXPECT_EQ(trainer.minimised["discriminator"], 2);
  EXPECT_EQ(trainer.minimised["generator"], 8);
  EXPECT_EQ(lesson.frames->asked, (std::vector<int64_t>{0, 1}));  // from the step alone, not from what was asked before
  EXPECT_EQ(lesson.smoothed->asked, lesson.frames->asked);
  for (const char* name :
       {"d_loss", "g_loss", "adversarial", "content", "style", "colour", "variation", "D(drawing)", "D(painted)"})
    EXPECT_TRUE(trainer.reported.contains(name)) << name;
  trainer.evaluate();
  EXPECT_EQ(lesson.family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 3, 32, 32}));
  lesson.family->probe();
  StepNoise noise(1, 1, {0, 4, 4}, at::kCPU);
  EXPECT_GT(lesson.family->validate(batch, noise).at("content"), 0);
}

TEST(CartoonFamily, PretrainingKeepsThePhotograph) {
  torch::manual_seed(1);
  auto options = small_cartoonist();
  options.pretrain_epochs = 100;
  Lesson lesson(options);
  PlainTrainer trainer(*lesson.family, 5e-3);
  const auto batch = blobs(2, 3, 32, 32);
  trainer.run(batch, 1);
  const double first = trainer.reported.at("content");
  trainer.run(batch, 25);
  EXPECT_LT(trainer.reported.at("content"), 0.7 * first);
}

TEST(CartoonFamily, TheGameTeachesBothSides) {
  for (const char* generator : {"animegan", "cartoongan"}) {
    torch::manual_seed(2);
    auto options = small_cartoonist();
    options.generator = generator;
    options.pretrain_epochs = 0;
    options.adversarial_weight = 10;
    Lesson lesson(options);
    PlainTrainer trainer(*lesson.family, 2e-3);
    const auto batch = blobs(2, 3, 32, 32);
    trainer.run(batch, 1);
    const auto first = trainer.reported;
    trainer.run(batch, 15);
    EXPECT_LT(trainer.reported.at("d_loss"), first.at("d_loss")) << generator;
    EXPECT_LT(trainer.reported.at("style"), first.at("style")) << generator;
  }
}

TEST(CartoonFamily, PartsOfABatchAddUpToIt) {
  const auto batch = blobs(4, 3, 32, 32);
  std::map<std::string, double> losses[2];
  for (const int64_t parts : {1, 2}) {
    torch::manual_seed(3);
    auto options = small_cartoonist();
    options.pretrain_epochs = 0;
    options.spectral_norm = false;  // its estimate moves with every pass
    Lesson lesson(options);
    PlainTrainer trainer(*lesson.family, 1e-3, 0.5, parts);
    trainer.run(batch, 3);
    torch::NoGradGuard frozen;
    for (const auto& network : lesson.family->networks()) {
      double sum = 0;
      for (const auto& parameter : network.module->parameters()) sum += parameter.abs().sum().item<double>();
      losses[parts - 1][network.name] = sum;
    }
  }
  for (const auto& [name, sum] : losses[0]) EXPECT_NEAR(losses[1].at(name) / sum, 1, 1e-3) << name;
}

TEST(CartoonFamily, SaysWhatItNeeds) {
  auto options = small_cartoonist();
  options.smoothed = "";
  EXPECT_THROW(make_cartoon(options, kStreets)->wanted_data(), Error);
  options.smoothed_share = 0;
  EXPECT_EQ(make_cartoon(options, kStreets)->wanted_data(), std::vector<std::string>{"frames"});
  options.frames = "";
  EXPECT_THROW(make_cartoon(options, kStreets)->wanted_data(), Error);
  EXPECT_THROW(make_cartoon(small_cartoonist(), PictureShape{1, 32, 32, {}}), Error);
  EXPECT_THROW(make_cartoon(small_cartoonist(), PictureShape{3, 34, 32, {}}), Error);
  options = small_cartoonist();
  options.content_layer = "relu9_1";
  EXPECT_THROW(make_cartoon(options, kStreets)->take_data({}, 1), Error);
}

}  // namespace
}  // namespace inkstone
