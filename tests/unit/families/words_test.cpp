#include "families/words/words.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "small_words.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSaid = {"a red fox", "一只蓝色的猫", "two eggs", "三颗星星"};

PictureShape small_shape() {
  return {3, 16, 16, {}};
}

Batch told_blobs() {
  auto batch = blobs(4, 3, 16, 16);
  batch.captions = kSaid;
  return batch;
}

PaintSpec asked(const Family& family) {
  auto spec = paint_spec(family, 4);
  spec.prompts = kSaid;
  return spec;
}

TEST(Words, EveryWeightGetsAGradient) {
  at::manual_seed(0);
  const auto family = make_words(small_words(), small_shape());
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(told_blobs(), 3);  // gates and the last layers start at zero
  for (const auto& item : family->networks().front().module->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
  }
}

// Trained on a light picture and a dark one, it paints the one that is asked for, in either language.
TEST(Words, PaintsWhatIsSaid) {
  at::manual_seed(0);
  auto options = small_words();
  options.caption_dropout = 0;
  options.spelled = 0;
  options.time_mean = 4;  // a flat picture shows through much noise
  const auto family = make_words(options, small_shape());
  Batch batch;
  batch.pictures = at::tensor({0.8f, -0.8f, -0.8f, 0.8f}).view({4, 1, 1, 1}).repeat({1, 3, 16, 16});
  batch.labels = at::full({4}, -1, at::kLong);
  batch.captions = {"a white cat", "a black cat", "一只黑色的猫", "一只白色的猫"};
  PlainTrainer trainer(*family, 4e-3, 0.9);
  trainer.run(batch, 120);
  trainer.evaluate();
  Observer silent;
  auto spec = asked(*family);
  spec.prompts = batch.captions;
  const auto light = family->paint(spec, silent).mean({1, 2, 3});
  EXPECT_LT((light - batch.pictures.mean({1, 2, 3})).abs().max().item<double>(), 0.3) << light;
}

// What the mask leaves out stays as it is; the less strength, the nearer the whole is to the picture.
TEST(Words, PaintsOverAPicture) {
  at::manual_seed(0);
  const auto family = make_words(small_words(), small_shape());
  Observer silent;
  auto spec = asked(*family);
  const auto picture = at::rand({1, 3, 16, 16}) - 0.5;
  auto mask = at::zeros({1, 1, 16, 16});
  mask.narrow(3, 8, 8).fill_(1);
  spec.ground = Ground{picture, mask, 1};
  const auto half = family->paint(spec, silent);
  EXPECT_LT((half - picture).narrow(3, 0, 8).abs().max().item<double>(), 1e-4);
  EXPECT_GT((half - picture).narrow(3, 8, 8).abs().mean().item<double>(), 0.05);
  const auto distance = [&](double strength) {
    spec.ground = Ground{picture, {}, strength};
    return (family->paint(spec, silent) - picture).abs().mean().item<double>();
  };
  EXPECT_LT(distance(0.25), distance(1));
  spec.ground->strength = 0.01;
  EXPECT_THROW(family->paint(spec, silent), Error);  // no step is left
}

TEST(Words, APictureDoesNotDependOnItsBatch) {
  at::manual_seed(0);
  const auto family = make_words(small_words(), small_shape());
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(told_blobs(), 5);
  trainer.evaluate();
  Observer silent;
  auto spec = asked(*family);
  spec.guidance = 3;
  const auto together = family->paint(spec, silent);
  PaintSpec alone = spec;
  alone.latents = spec.latents.narrow(0, 2, 1);
  alone.labels = spec.labels.narrow(0, 2, 1);
  alone.seeds = {spec.seeds[2]};
  alone.prompts = {spec.prompts[2]};
  EXPECT_GT(psnr(family->paint(alone, silent)[0], together[2]), 60);
}

// Blocks computed once more on the way back train the same painter, to the bit.
TEST(Words, TrainsAlikeWithLessMemory) {
  const auto trained = [](bool recompute) {
    at::manual_seed(0);
    const auto family = make_words(small_words(), small_shape());
    if (recompute) family->recompute_blocks();
    PlainTrainer trainer(*family, 1e-3, 0.9);
    trainer.run(told_blobs(), 4);
    StateDict model;
    collect_weights(model, family->networks());
    return model;
  };
  const auto plain = trained(false), again = trained(true);
  for (const auto& [name, tensor] : plain.tensors) EXPECT_TRUE(at::equal(tensor, again.tensors.at(name))) << name;
}

// What it looks at in its words is told by word, and listening changes no pixel.
TEST(Words, PaintsTheSameForAListener) {
  struct Counter : nn::AttentionListener {
    void begin(int64_t height, int64_t width, double) override {
      ++evaluations;
      EXPECT_EQ(height * width, 16);
    }
    void hear(const at::Tensor& weights) override {
      ++layers;
      tokens = weights.size(3);
    }
    int64_t evaluations = 0, layers = 0, tokens = 0;
  } counter;
  at::manual_seed(0);
  const auto family = make_words(small_words(), small_shape());
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(told_blobs(), 3);
  trainer.evaluate();
  Observer silent;
  auto spec = paint_spec(*family, 1);
  spec.prompts = {"a red fox above 一只蓝色的猫"};
  spec.guidance = 3;
  const auto alone = family->paint(spec, silent);
  spec.listener = &counter;
  EXPECT_TRUE(at::equal(family->paint(spec, silent), alone));
  EXPECT_EQ(counter.evaluations, small_words().sampling_steps);
  EXPECT_EQ(counter.layers, 2 * counter.evaluations);
  EXPECT_EQ(counter.tokens, 12);
  std::vector<std::string> words;
  for (const auto& span : family->token_spans(spec.prompts[0])) words.push_back(span.word);
  EXPECT_EQ(words, (std::vector<std::string>{"a", "red", "fox", "above", "一", "只", "蓝色", "的", "猫"}));
}

TEST(Words, GoesThroughItsFolder) {
  at::manual_seed(0);
  auto options = small_words();
  options.vocabulary = {"red", "fox", "红"};
  const auto family = make_words(options, small_shape());
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(told_blobs(), 5);
  trainer.evaluate();
  StateDict model;
  collect_weights(model, family->networks());
  describe(model, {"words", to_json(options).dump(), small_shape()});
  const auto folder = fs::path(testing::TempDir()) / "words_folder";
  fs::remove_all(folder);
  EXPECT_FALSE(is_words_folder(folder));
  write_words_folder(model, folder, at::kFloat);
  ASSERT_TRUE(is_words_folder(folder));
  EXPECT_TRUE(is_words_folder(folder / "model_index.json"));
  EXPECT_TRUE(fs::exists(words_weights_file(folder)));
  const auto again = load_family(read_words_folder(folder));
  Observer silent;
  EXPECT_TRUE(at::equal(family->paint(asked(*family), silent), again->paint(asked(*again), silent)));

  write_words_folder(model, folder);  // float16
  EXPECT_GT(psnr(load_family(read_words_folder(folder))->paint(asked(*again), silent), again->paint(asked(*again), silent)), 40);
  write_file_atomic(folder / "transformer/config.json", as_bytes("{\"options\": 3}"));
  EXPECT_THROW(read_words_folder(folder), Error);
  fs::remove(folder / "tokenizer/vocab.txt");
  EXPECT_THROW(read_words_folder(folder), Error);
}

TEST(Words, SaysWhatItCannotDo) {
  auto options = small_words();
  options.heads = 3;
  EXPECT_THROW(make_words(options, small_shape()), Error);
  EXPECT_THROW(make_words(small_words(), {3, 18, 16, {}}), Error);
  const auto family = make_words(small_words(), small_shape());
  PlainTrainer trainer(*family);
  EXPECT_THROW(trainer.run(blobs(4, 3, 16, 16), 1), Error);  // no captions
  Observer silent;
  auto spec = asked(*family);
  spec.sampler = "flow_euler";
  EXPECT_THROW(family->paint(spec, silent), Error);
}

}  // namespace
}  // namespace inkstone
