#include "families/first_stage/first_stage.hpp"

#include <fstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/options.hpp"
#include "families/first_stage/latent_cache.hpp"
#include "families/first_stage/latent_space.hpp"
#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/part_files.hpp"
#include "plain_step.hpp"
#include "small_words.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

const PictureShape kSmallPictures{3, 16, 16, {}};

FirstStageOptions small_first_stage() {
  FirstStageOptions options;
  options.block_channels = {8, 16};
  options.codes = 16;
  options.discriminator_features = 8;
  options.discriminator_start = 1000;
  return options;
}

StateDict model_of(Family& family, const FirstStageOptions& options) {
  StateDict model;
  collect_weights(model, family.networks());
  describe(model, {"first-stage", to_json(options).dump(), kSmallPictures});
  return model;
}

// A run of a few steps, written as one's model, in a folder of its own.
fs::path trained_first_stage(const char* name, const FirstStageOptions& options = small_first_stage(), int64_t steps = 3) {
  at::manual_seed(1);
  const auto family = make_first_stage(options, kSmallPictures);
  PlainTrainer(*family, 2e-3, 0.9).run(blobs(4, 3, 16, 16), steps);
  const auto folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  family->publish(model_of(*family, options), folder);
  return folder / "vae";
}

TEST(FirstStageFamily, LearnsOneBatch) {
  for (const char* bottleneck : {"kl", "vq"}) {
    at::manual_seed(1);
    auto options = small_first_stage();
    options.bottleneck = bottleneck;
    const auto family = make_first_stage(options, kSmallPictures);
    PlainTrainer trainer(*family, 4e-3, 0.9);
    const auto batch = blobs(2, 3, 16, 16);
    trainer.run(batch, 1);
    const double first = trainer.reported.at("l1");
    trainer.run(batch, 25);
    EXPECT_LT(trainer.reported.at("l1"), 0.6 * first) << bottleneck;
    trainer.evaluate();
    StepNoise noise(1, 1, {0, 2, 2}, at::kCPU);
    EXPECT_GT(family->validate(batch, noise).at("psnr"), 11) << bottleneck;
    EXPECT_EQ(family->preview(batch, 2, 4).sizes().vec(), (std::vector<int64_t>{8, 3, 16, 16}));
    family->probe();
  }
}

// And both sides then play, in parts of a batch as well.
TEST(FirstStageFamily, TheDiscriminatorJoinsLate) {
  at::manual_seed(1);
  auto options = small_first_stage();
  options.discriminator_start = 2;
  const auto family = make_first_stage(options, kSmallPictures);
  PlainTrainer trainer(*family, 2e-3, 0.5, 2);
  const auto batch = blobs(4, 3, 16, 16);
  trainer.run(batch, 2);
  EXPECT_EQ(trainer.minimised["discriminator"], 0);
  EXPECT_FALSE(trainer.reported.contains("weight"));
  trainer.run(batch, 2);
  EXPECT_EQ(trainer.minimised["discriminator"], 2);
  EXPECT_GT(trainer.reported.at("weight"), 0);
  for (const char* name : {"l1", "perceptual", "kl", "loss", "adversarial", "d_loss", "D(picture)", "D(reconstruction)"})
    EXPECT_TRUE(trainer.reported.contains(name)) << name;
}

// What is published opens as any autoencoder of Stable Diffusion does, and decodes the same pixels.
TEST(FirstStageFamily, PublishesAnAutoencoderOfDiffusers) {
  const auto folder = trained_first_stage("published_first_stage");
  LatentSpace own(folder.string());
  sd::Checkpoint checkpoint;
  checkpoint.unet_config.out_channels = 4;
  sd::use_autoencoder_file(checkpoint, folder);
  auto loaded = sd::build_autoencoder(checkpoint, at::kFloat);
  const auto pictures = blobs(3, 3, 16, 16).pictures;
  const auto latents = own.encode(pictures);
  EXPECT_LT((loaded->scaled(loaded->encode(pictures).mean) - latents).abs().max().item<double>(), 4e-3);  // float16
  EXPECT_LT((loaded->decode(loaded->unscaled(latents)).clamp(-1, 1) - own.decode(latents)).abs().max().item<double>(), 1e-4);
  EXPECT_NE(checkpoint.autoencoder_config.scaling_factor, 1);
}

TEST(FirstStageFamily, AModelIsItsOwnFirstStage) {
  at::manual_seed(1);
  auto options = small_first_stage();
  options.bottleneck = "vq";
  const auto vq = trained_first_stage("vq_first_stage", options);
  LatentSpace space(vq.string());
  const auto latents = space.encode(blobs(2, 3, 16, 16).pictures);
  EXPECT_EQ(latents.sizes().vec(), (std::vector<int64_t>{2, 4, 8, 8}));
  EXPECT_EQ(space.decode(latents).sizes().vec(), (std::vector<int64_t>{2, 3, 16, 16}));
  EXPECT_EQ(LatentSpace(space.layout()).layout(), space.layout());
  EXPECT_THROW(LatentSpace("nowhere"), Error);
  EXPECT_THROW(space.shape_of({3, 15, 16, {}}), Error);
  EXPECT_THROW(make_first_stage(options, {1, 16, 16, {}}), Error);
  EXPECT_THROW(make_first_stage(options, {3, 17, 16, {}}), Error);
}

TEST(LatentCache, KeepsOnDiskWhatItWasTold) {
  const auto folder = fs::path(testing::TempDir()) / "latent_cache";
  fs::remove_all(folder);
  int asked = 0;
  const auto encode = [&] { return ++asked, at::full({1, 2, 2, 2}, asked, at::kHalf); };
  const auto one = at::ones({1, 3, 4, 4}), mirrored = one.clone().fill_(2);
  {
    LatentCache cache(folder, "a", {1, 2, 2, 2});
    EXPECT_EQ(cache.of(one, encode).mean().item<double>(), 1);
    EXPECT_EQ(cache.of(mirrored, encode).mean().item<double>(), 2);
    EXPECT_EQ(cache.of(one, encode).mean().item<double>(), 1);
  }
  const auto file = fs::directory_iterator(folder)->path();
  std::ofstream(file, std::ios::app | std::ios::binary) << "cut";  // a crash in the midst of a record
  LatentCache again(folder, "a", {1, 2, 2, 2});
  EXPECT_EQ(again.size(), 2u);
  EXPECT_EQ(again.of(mirrored, encode).mean().item<double>(), 2);
  EXPECT_EQ(asked, 2);
  LatentCache other(folder, "b", {1, 2, 2, 2});  // another first stage
  EXPECT_EQ(other.of(one, encode).mean().item<double>(), 3);
  LatentCache held("", "a", {1, 2, 2, 2});
  held.of(one, encode);
  EXPECT_EQ(held.of(one, encode).mean().item<double>(), 4);
}

WordsOptions latent_words(const fs::path& first_stage) {
  auto options = small_words();
  options.first_stage = first_stage.string();
  options.patch = 2;
  return options;
}

// The second stage: what it learned with kept latents is what it learns without, and a finished model needs no other file.
TEST(LatentWords, TrainsAndPaintsInLatents) {
  const auto vae = trained_first_stage("words_first_stage");
  auto options = latent_words(vae);
  options.latent_cache = (fs::path(testing::TempDir()) / "words_latents").string();
  fs::remove_all(options.latent_cache);  // another build's latents differ in their last bits
  auto batch = blobs(4, 3, 16, 16);
  batch.captions = {"a red fox", "一只蓝色的猫", "two eggs", "三颗星星"};
  at::manual_seed(0);
  const auto family = make_words(options, kSmallPictures);
  Observer silent;
  struct Nothing : Dataset {
    int64_t size() const override { return 0; }
    Sample get(int64_t) const override { return {}; }
  } nothing;
  family->prepare({nothing, {}, at::kCPU, silent});
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(batch, 3);
  const double kept = trainer.reported.at("loss");
  trainer.evaluate();
  auto spec = paint_spec(*family, 4);
  spec.prompts = batch.captions;
  const auto pictures = family->paint(spec, silent);
  EXPECT_EQ(pictures.sizes().vec(), (std::vector<int64_t>{4, 3, 16, 16}));

  StateDict model;
  collect_weights(model, family->networks());
  describe(model, {"words", settled_words(to_json(options)).dump(), kSmallPictures});
  const auto folder = fs::path(testing::TempDir()) / "latent_words_folder";
  fs::remove_all(folder);
  write_words_folder(model, folder, at::kFloat);
  LatentSpace as_vae((folder / "vae").string());
  at::manual_seed(0);
  options.latent_cache = "";
  const auto without = make_words(options, kSmallPictures);
  PlainTrainer plain(*without, 1e-3, 0.9);
  plain.run(batch, 3);
  EXPECT_EQ(plain.reported.at("loss"), kept);
  fs::remove_all(vae);
  EXPECT_TRUE(at::equal(load_family(model)->paint(spec, silent), pictures));
  EXPECT_TRUE(at::equal(load_family(read_words_folder(folder))->paint(spec, silent), pictures));
}

// Either network, every kind of training: one batch is learned.
TEST(LatentWords, LearnsByEveryProcess) {
  auto batch = blobs(2, 3, 16, 16);
  batch.captions = {"a red fox", "two eggs"};
  for (const char* prediction : {"flow", "eps", "v"}) {
    at::manual_seed(0);
    auto options = small_words();
    options.prediction = prediction;
    options.snr_gamma = 5;
    if (prediction == std::string("eps")) options.unet_channels = {8, 16};
    options.caption_dropout = 0;
    const auto family = make_words(options, kSmallPictures);
    PlainTrainer trainer(*family, 4e-3, 0.9);
    StepNoise noise(1, 1, {0, 2, 2}, at::kCPU);
    const double first = family->validate(batch, noise).at("loss");
    trainer.run(batch, 20);
    trainer.evaluate();
    StepNoise same(1, 1, {0, 2, 2}, at::kCPU);
    EXPECT_LT(family->validate(batch, same).at("loss"), 0.9 * first) << prediction;
    Observer silent;
    auto spec = paint_spec(*family, 1);
    spec.prompts = {"two eggs"};
    EXPECT_TRUE(family->paint(spec, silent).isfinite().all().item<bool>());
  }
}

}  // namespace
}  // namespace inkstone
