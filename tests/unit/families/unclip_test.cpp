#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "families/unclip/trained_unclip.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "small_space.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

UnclipPriorOptions small_prior() {
  UnclipPriorOptions options;
  options.embedding = 16;
  options.text_length = 12;
  options.heads = 2;
  options.head_width = 16;
  options.depth = 1;
  options.caption_dropout = 0;
  options.sampling_steps = 10;
  options.guidance = 1;
  return options;
}

UnclipDecoderOptions small_decoder() {
  UnclipDecoderOptions options;
  options.embedding = 16;
  options.tokens = 2;
  options.patch = 4;
  options.features = 32;
  options.depth = 2;
  options.heads = 2;
  options.strokes = 16;
  options.context_features = 16;
  options.embedding_dropout = 0;
  options.time_mean = 4;  // a flat picture shows through much noise
  options.sampling_steps = 12;
  options.guidance = 1;
  return options;
}

void write_run(const fs::path& run, Family& family, const std::string& name, const nlohmann::json& options,
               const PictureShape& shape = small_pair_shape()) {
  fs::create_directories(run);
  write_safetensors(run / "model.safetensors", model_of(family, name, options, shape));
}

// Runs of one folder, barely trained: a space, a decoder and a prior.
class UnclipRuns : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    at::manual_seed(0);
    const auto space = make_contrastive(small_contrastive(), small_pair_shape());
    PlainTrainer trainer(*space, 2e-3, 0.9);
    trainer.run(told_pairs(), 5);
    write_run(folder_ / "clip", *space, "contrastive", to_json(small_contrastive()));
    write_run(folder_ / "decoder", decoder_, "unclip-decoder", to_json(small_decoder()));
    write_run(folder_ / "prior", prior_, "unclip-prior", to_json(small_prior()));
    const auto opened = open_paired_space(folder_ / "clip");
    prior_.take_space(opened);
    decoder_.take_space(opened);
  }

  fs::path folder_ = fs::path(testing::TempDir()) / "unclip_runs";
  UnclipPrior prior_{small_prior(), small_pair_shape()};
  UnclipDecoder decoder_{small_decoder(), small_pair_shape()};
};

TEST_F(UnclipRuns, ThePriorImaginesThePictureOfACaption) {
  const auto batch = told_pairs();
  StepNoise noise(0, 0, {0, 8, 8}, at::kCPU), same(0, 0, {0, 8, 8}, at::kCPU);
  const auto before = prior_.validate(batch, noise);
  PlainTrainer trainer(prior_, 3e-3, 0.9);
  trainer.run(batch, 150);
  trainer.evaluate();
  const auto after = prior_.validate(batch, same);
  EXPECT_LT(after.at("loss"), 0.3 * before.at("loss"));
  EXPECT_GT(after.at("cosine"), 0.9);
  EXPECT_EQ(prior_.preview(batch, 2, 3).sizes().vec(), (std::vector<int64_t>{6, 3, 16, 16}));
}

// Of two flat pictures it decodes the embedding of each to its own light.
TEST_F(UnclipRuns, TheDecoderPaintsWhatAnEmbeddingHolds) {
  Batch batch;
  batch.pictures = at::tensor({0.8f, -0.8f, 0.8f, -0.8f}).view({4, 1, 1, 1}).repeat({1, 3, 16, 16});
  batch.labels = at::full({4}, -1, at::kLong);
  PlainTrainer trainer(decoder_, 4e-3, 0.9);
  trainer.run(batch, 80);
  trainer.evaluate();
  const auto space = open_paired_space(folder_ / "clip");
  Observer silent;
  const auto painted =
      decoder_.decoded(space->see_batch(batch.pictures), paint_spec(decoder_, 4).latents, decoder_.usual(), silent);
  EXPECT_LT((painted.mean({1, 2, 3}) - batch.pictures.mean({1, 2, 3})).abs().max().item<double>(), 0.35);
  EXPECT_EQ(decoder_.paint(paint_spec(decoder_, 2), silent).size(0), 2);
  const auto grid = decoder_.preview(batch, 2, 3);
  EXPECT_TRUE(at::equal(grid[3], batch.pictures[1]));  // the second row begins with its picture
}

TEST_F(UnclipRuns, AFolderOfRunsPaints) {
  ASSERT_TRUE(is_unclip_runs(folder_));
  EXPECT_TRUE(fs::exists(unclip_runs_file(folder_)));
  TrainedUnclip model(folder_, false);
  Observer silent;
  auto brief = model.usual();
  EXPECT_EQ(brief.upsampler_steps, 0);
  brief.prompt = "a red fox";
  brief.seed = 3;
  const auto painted = model.paint(brief, silent).picture;
  EXPECT_EQ(painted.sizes().vec(), (std::vector<int64_t>{1, 3, 16, 16}));
  EXPECT_TRUE(at::equal(painted, model.paint(brief, silent).picture));
  brief.embedding = model.see(at::rand({1, 3, 20, 30}));
  EXPECT_FALSE(at::equal(painted, model.paint(brief, silent).picture));
  EXPECT_NEAR(model.read("a red fox").norm().item<double>(), 1, 1e-5);
  EXPECT_FALSE(model.is_too_long("a red fox"));
  EXPECT_TRUE(model.is_too_long("a a a a a a a a a a a a a"));
}

TEST_F(UnclipRuns, WithoutAPriorPicturesAloneArePainted) {
  fs::remove_all(folder_ / "prior");
  TrainedUnclip model(folder_, false);
  Observer silent;
  auto brief = model.usual();
  EXPECT_THROW(model.paint(brief, silent), Error);
  brief.embedding = model.see(at::rand({1, 3, 16, 16}));
  EXPECT_NO_THROW(model.paint(brief, silent));
  fs::remove_all(folder_ / "clip");
  EXPECT_FALSE(is_unclip_runs(folder_));
}

TEST_F(UnclipRuns, PartsThatDoNotFitAreRefused) {
  auto options = small_decoder();
  options.embedding = 8;
  UnclipDecoder narrow(options, small_pair_shape());
  EXPECT_THROW(narrow.take_space(open_paired_space(folder_ / "clip")), Error);
  UnclipDecoder grey(small_decoder(), {1, 16, 16, {}});
  EXPECT_THROW(grey.take_space(open_paired_space(folder_ / "clip")), Error);
  UnclipDecoder alone(small_decoder(), small_pair_shape());
  PlainTrainer trainer(alone);
  EXPECT_THROW(trainer.run(told_pairs(), 1), Error);  // no space
  EXPECT_THROW(open_paired_space(folder_ / "decoder"), Error);
  fs::remove_all(folder_ / "decoder");
  write_run(folder_ / "decoder", prior_, "unclip-prior", to_json(small_prior()));
  EXPECT_THROW(TrainedUnclip(folder_, false), Error);
}

// The space is small, the decoder's pictures need not be.
TEST_F(UnclipRuns, TheDecoderMayPaintLargerThanTheSpaceSees) {
  UnclipDecoder large(small_decoder(), {3, 32, 32, {}});
  large.take_space(open_paired_space(folder_ / "clip"));
  PlainTrainer trainer(large);
  EXPECT_NO_THROW(trainer.run(blobs(2, 3, 32, 32), 1));
}

TEST_F(UnclipRuns, APriorPaintsNothingItself) {
  Observer silent;
  EXPECT_THROW(prior_.paint({}, silent), Error);
  PlainTrainer trainer(prior_);
  EXPECT_THROW(trainer.run(blobs(4, 3, 16, 16), 1), Error);  // no captions
}

}  // namespace
}  // namespace inkstone
