#include "families/classifier/classifier.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "models/classifier/classifier.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

const PictureShape kShape{1, 16, 16, {"a", "b", "c", "d"}};

ClassifierOptions small_classifier() {
  return {.features = 8, .label_smoothing = 0};
}

TEST(ClassifierFamily, OverfitsOneBatch) {
  torch::manual_seed(1);
  const auto family = make_classifier(small_classifier(), kShape);
  const auto batch = blobs(16, 1, 16, 16, 4);
  PlainTrainer trainer(*family, 5e-3, 0.9);
  trainer.run(batch, 60);
  EXPECT_EQ(trainer.reported["accuracy"], 1);
  EXPECT_LT(trainer.reported["loss"], 0.05);
  trainer.evaluate();
  StepNoise noise(0, 0, {0, 16, 16}, at::kCPU);
  const auto held_out = family->validate(batch, noise);
  EXPECT_GT(held_out.at("accuracy"), 0.9);
}

// A tenth of the label is spread over the four classes: -(0.9 log p(label) + 0.1 mean log p).
TEST(ClassifierFamily, LossIsSmoothedCrossEntropy) {
  torch::manual_seed(2);
  const auto family = make_classifier({.features = 8, .label_smoothing = 0.1}, kShape);
  const auto batch = blobs(8, 1, 16, 16, 4);
  PlainTrainer trainer(*family);  // puts the network into training mode
  const auto net = std::dynamic_pointer_cast<ClassifierNetImpl>(family->networks()[0].module);
  const auto log_p = net->forward(batch.pictures).log_softmax(1);
  const auto of_label = log_p.gather(1, batch.labels.unsqueeze(1)).mean();
  const double expected = -(0.9 * of_label + 0.1 * log_p.mean()).item<double>();
  trainer.run(batch, 1);
  EXPECT_NEAR(trainer.reported["loss"], expected, 1e-5);
}

TEST(ClassifierFamily, PreviewShowsTheHardestPictures) {
  const auto family = make_classifier(small_classifier(), kShape);
  const auto batch = blobs(6, 1, 16, 16, 4);
  for (auto& network : family->networks()) network.module->eval();
  EXPECT_EQ(family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 1, 16, 16}));
  family->probe();
}

TEST(ClassifierFamily, SaysWhatIsMissing) {
  EXPECT_THROW(make_classifier(small_classifier(), {1, 16, 16, {}}), Error);
  EXPECT_THROW(make_classifier(small_classifier(), {1, 3, 3, {"a", "b"}}), Error);
  const auto family = make_classifier(small_classifier(), kShape);
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(4, 1, 16, 16), 1), Error);
  Observer silent;
  try {
    family->paint(paint_spec(*family, 1), silent);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
}

}  // namespace
}  // namespace inkstone
