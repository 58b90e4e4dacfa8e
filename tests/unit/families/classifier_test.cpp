#include "families/classifier/classifier.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

const PictureShape kShape{1, 16, 16, {"a", "b", "c", "d"}};

ClassifierOptions small() { return {.features = 8, .label_smoothing = 0}; }

TEST(ClassifierFamily, OverfitsOneBatch) {
  torch::manual_seed(1);
  const auto family = make_classifier(small(), kShape);
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

// -log softmax by hand, with a tenth of the label spread over four classes.
TEST(ClassifierFamily, LossIsSmoothedCrossEntropy) {
  torch::manual_seed(2);
  const auto family = make_classifier({.features = 8, .label_smoothing = 0.1}, kShape);
  const auto untouched = make_classifier({.features = 8, .label_smoothing = 0}, kShape);
  {
    const at::NoGradGuard frozen;
    const auto from = family->networks()[0].module->parameters();
    auto to = untouched->networks()[0].module->parameters();
    for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
  }
  const auto batch = blobs(8, 1, 16, 16, 4);
  PlainTrainer smoothed(*family), plain(*untouched);
  smoothed.run(batch, 1);
  plain.run(batch, 1);
  // (1 - s) H(label) + s H(uniform); near the start every class costs about log 4, so the two differ little and not at all in accuracy
  EXPECT_EQ(smoothed.reported["accuracy"], plain.reported["accuracy"]);
  EXPECT_NE(smoothed.reported["loss"], plain.reported["loss"]);
  EXPECT_NEAR(smoothed.reported["loss"], plain.reported["loss"], 0.3);
}

TEST(ClassifierFamily, PreviewShowsTheHardestPictures) {
  const auto family = make_classifier(small(), kShape);
  const auto batch = blobs(6, 1, 16, 16, 4);
  for (auto& network : family->networks()) network.module->eval();
  EXPECT_EQ(family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 1, 16, 16}));
  family->probe();
}

TEST(ClassifierFamily, SaysWhatIsMissing) {
  EXPECT_THROW(make_classifier(small(), {1, 16, 16, {}}), Error);
  EXPECT_THROW(make_classifier(small(), {1, 3, 3, {"a", "b"}}), Error);
  const auto family = make_classifier(small(), kShape);
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
