#include "families/contrastive/contrastive.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "families/contrastive/paired_space.hpp"
#include "families/registry.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "small_space.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

TEST(ContrastiveFamily, OverfitsOneBatch) {
  at::manual_seed(0);
  const auto family = make_contrastive(small_contrastive(), small_pair_shape());
  const auto batch = told_pairs();
  PlainTrainer trainer(*family, 2e-3, 0.9);
  trainer.run(batch, 60);
  EXPECT_LT(trainer.reported["loss"], 0.1);
  trainer.evaluate();
  StepNoise noise(0, 0, {0, 8, 8}, at::kCPU);
  const auto held_out = family->validate(batch, noise);
  EXPECT_EQ(held_out.at("recall/picture"), 1);
  EXPECT_EQ(held_out.at("recall/text"), 1);
}

TEST(ContrastiveFamily, EveryWeightGetsAGradient) {
  at::manual_seed(1);
  const auto family = make_contrastive(small_contrastive(), small_pair_shape());
  PlainTrainer trainer(*family);
  trainer.run(told_pairs(), 1);
  for (const auto& item : family->networks().front().module->named_parameters())
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
}

TEST(ContrastiveFamily, TheScaleStaysBelowAHundred) {
  const auto family = make_contrastive(small_contrastive(), small_pair_shape());
  PlainTrainer trainer(*family);
  {
    const at::NoGradGuard fixed;
    family->networks().front().module->named_parameters()["logit_scale"].fill_(9);
  }
  trainer.run(told_pairs(), 1);
  EXPECT_NEAR(trainer.reported["scale"], 100, 1e-3);
}

TEST(ContrastiveFamily, AFinishedRunIsASpaceThatTags) {
  at::manual_seed(2);
  const auto family = make_contrastive(small_contrastive(), small_pair_shape());
  const auto batch = told_pairs();
  PlainTrainer trainer(*family, 2e-3, 0.9);
  trainer.run(batch, 60);
  const auto file = std::filesystem::path(testing::TempDir()) / "contrastive.safetensors";
  write_safetensors(file, model_of(*family, "contrastive", to_json(small_contrastive())));
  const auto space = open_paired_space(file);
  const auto texts = space->read(batch.captions);
  for (int64_t k = 0; k < batch.size(); ++k) {
    const auto p = space->probabilities(space->see((batch.pictures.narrow(0, k, 1) + 1) / 2), texts);
    EXPECT_EQ(p.argmax().item<int64_t>(), k);
    EXPECT_NEAR(p.sum().item<double>(), 1, 1e-5);
  }
  EXPECT_EQ(space->see(at::rand({1, 3, 40, 90})).size(0), 16);  // any size
  EXPECT_EQ(family->preview(batch, 2, 3).sizes().vec(), (std::vector<int64_t>{6, 3, 16, 16}));
}

TEST(ContrastiveFamily, SaysWhatItCannotDo) {
  EXPECT_THROW(make_contrastive(small_contrastive(), {3, 20, 16, {}}), Error);
  auto options = small_contrastive();
  options.features = 18;
  EXPECT_THROW(make_contrastive(options, small_pair_shape()), Error);
  const auto family = make_contrastive(small_contrastive(), small_pair_shape());
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(4, 3, 16, 16), 1), Error);  // no captions
  Observer silent;
  EXPECT_THROW(family->paint(paint_spec(*family, 1), silent), Error);
}

}  // namespace
}  // namespace inkstone
