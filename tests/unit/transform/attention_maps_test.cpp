#include "transform/attention_maps.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/transformer_blocks.hpp"
#include "models/words/painter.hpp"
#include "tensor/noise.hpp"

namespace inkstone::transform {
namespace {

words::PainterConfig tiny_painter() {
  words::PainterConfig config{3, 16, 24, 4, 32, 2, 2, 16};
  config.vocabulary = 300;
  config.text_length = 10;
  config.text_features = 16;
  config.text_depth = 1;
  return config;
}

// Every weight at random: the gates of a new one are zero, and what it looks at would be the same in all blocks.
words::Painter random_painter() {
  words::Painter painter(tiny_painter());
  auto generator = generator_of(3);
  const at::NoGradGuard fixed;
  for (auto& parameter : painter->parameters()) parameter.copy_(at::randn(parameter.sizes(), generator) * 0.2);
  painter->eval();
  return painter;
}

struct Kept : nn::AttentionListener {
  void begin(int64_t height, int64_t width, double time) override { grids.push_back({double(height), double(width), time}); }
  void hear(const at::Tensor& weights) override { heard.push_back(weights); }
  std::vector<std::vector<double>> grids;
  std::vector<at::Tensor> heard;
};

struct Question {
  at::Tensor x = at::randn({2, 3, 16, 24}, generator_of(1)), time = at::full({2}, 400.0f);
  at::Tensor ids = at::randint(2, 300, {2, 10}, generator_of(2), at::kLong);
};

TEST(AttentionMaps, ListeningChangesNoBit) {
  auto painter = random_painter();
  const Question q;
  const at::NoGradGuard frozen;
  const auto words = painter->text_encoder(q.ids);
  Kept kept;
  EXPECT_TRUE(at::equal(painter->transformer(q.x, q.time, words), painter->transformer(q.x, q.time, words, &kept)));
  ASSERT_EQ(kept.heard.size(), 2u);  // blocks
  EXPECT_EQ(kept.grids, (std::vector<std::vector<double>>{{4, 6, 400}}));
  EXPECT_EQ(kept.heard[0].sizes(), (std::vector<int64_t>{2, 2, 24, 10}));
}

// The softmax in plain arithmetic.
TEST(AttentionMaps, WeightsAreThoseOfTheFormula) {
  const auto q = at::randn({1, 2, 5, 8}, generator_of(5)), k = at::randn({1, 2, 7, 8}, generator_of(6));
  const auto weights = nn::attention_weights(q, k);
  for (int64_t head = 0; head < 2; ++head)
    for (int64_t place = 0; place < 5; ++place) {
      std::vector<double> raised;
      double sum = 0;
      for (int64_t token = 0; token < 7; ++token) {
        raised.push_back(std::exp((q[0][head][place] * k[0][head][token]).sum().item<double>() / std::sqrt(8.0)));
        sum += raised.back();
      }
      for (int64_t token = 0; token < 7; ++token)
        EXPECT_NEAR(weights[0][head][place][token].item<double>(), raised[std::size_t(token)] / sum, 1e-5);
    }
}

// A block whose gates are zero asks its words straight from what it is given.
TEST(AttentionMaps, HearsWhatABlockOfThePainterLooksAt) {
  words::PainterBlock block(tiny_painter());
  const at::NoGradGuard frozen;
  const auto x = at::randn({1, 24, 32}, generator_of(7)), said = at::randn({1, 10, 16}, generator_of(8));
  Kept kept;
  block->forward(x, at::zeros({1, 6, 32}), said, &kept);
  auto parameters = block->named_parameters();
  const auto by_head = [](const at::Tensor& rows) { return rows.view({1, rows.size(1), 2, 16}).transpose(1, 2); };
  const auto q = by_head(at::linear(at::layer_norm(x, {32}, {}, {}, 1e-6), parameters["to_q.weight"], parameters["to_q.bias"]));
  const auto k = by_head(at::linear(said, parameters["to_kv.weight"], parameters["to_kv.bias"]).narrow(2, 0, 32));
  ASSERT_EQ(kept.heard.size(), 1u);
  EXPECT_TRUE(at::allclose(kept.heard[0], at::softmax(at::matmul(q, k.transpose(-1, -2)) / 4, -1), 1e-5, 1e-6));
}

TEST(AttentionMaps, HearsWhatALayerOfStableDiffusionLooksAt) {
  sd::CrossAttention attention(32, 12, 4);
  const at::NoGradGuard frozen;
  for (auto& parameter : attention->parameters()) parameter.set_data(at::randn(parameter.sizes(), generator_of(9)) * 0.3);
  const auto x = at::randn({2, 15, 32}, generator_of(10)), said = at::randn({2, 6, 12}, generator_of(11));
  const auto alone = attention->forward(x, said, x);
  Kept kept;
  attention->listener = &kept;
  EXPECT_TRUE(at::equal(attention->forward(x, said, x), alone));
  const auto by_head = [](const at::Tensor& rows) { return rows.view({2, rows.size(1), 4, 8}).transpose(1, 2); };
  const auto q = by_head(at::linear(x, attention->to_q->weight)), k = by_head(at::linear(said, attention->to_k->weight));
  ASSERT_EQ(kept.heard.size(), 1u);
  EXPECT_TRUE(at::allclose(kept.heard[0], at::softmax(at::matmul(q, k.transpose(-1, -2)) / std::sqrt(8.0), -1), 1e-4, 1e-5));
}

TEST(AttentionMaps, TokensShareEveryPlaceBetweenThem) {
  auto painter = random_painter();
  const Question q;
  const at::NoGradGuard frozen;
  const auto words = painter->text_encoder(q.ids);
  AttentionMaps maps;
  painter->transformer(q.x, q.time, words, &maps);
  painter->transformer(q.x * 0.5, q.time * 0.5, words, &maps);
  ASSERT_EQ(maps.evaluations(), 2);
  EXPECT_EQ(maps.time(1), 200);
  const auto all = maps.maps();
  ASSERT_EQ(all.sizes(), (std::vector<int64_t>{10, 4, 6}));
  EXPECT_LT((all.sum(0) - 1).abs().max().item<double>(), 1e-5);
  EXPECT_TRUE(at::allclose(all, (maps.maps(0, 1) + maps.maps(1, 1)) / 2));
  // a word of two tokens is the sum of both; the first row of the batch alone is heard
  Kept kept;
  painter->transformer(q.x, q.time, words, &kept);
  const auto by_hand = (kept.heard[0][0].mean(0) + kept.heard[1][0].mean(0)) / 2;  // [places,tokens]
  const auto word = word_maps(maps.maps(0, 1), {{"two", 3, 2}})[0];
  EXPECT_TRUE(at::allclose(word, (by_hand.select(1, 3) + by_hand.select(1, 4)).view({4, 6}), 1e-5, 1e-6));
}

TEST(AttentionMaps, DeeperLayersComeToTheSizeOfTheFirst) {
  AttentionMaps maps;
  maps.begin(5, 6, 1000);
  maps.hear(at::full({1, 1, 30, 2}, 0.5));
  maps.hear(at::tensor({1.0f, 0.0f}).expand({1, 3, 9, 2}));  // 3 x 3, halved and rounded up
  const auto all = maps.maps();
  EXPECT_EQ(all.sizes(), (std::vector<int64_t>{2, 5, 6}));
  EXPECT_LT((all[0] - 0.75).abs().max().item<double>(), 1e-6);
}

TEST(AttentionMaps, SayWhatTheyCannotDo) {
  AttentionMaps maps;
  EXPECT_THROW(maps.maps(), Error);
  EXPECT_THROW(maps.hear(at::ones({1, 1, 4, 2})), Error);
  maps.begin(4, 4, 1000);
  EXPECT_THROW(maps.hear(at::ones({1, 1, 7, 2})), Error);
  maps.hear(at::full({1, 1, 16, 2}, 0.5));
  EXPECT_THROW(maps.hear(at::full({1, 1, 16, 3}, 0.5)), Error);
  EXPECT_THROW(word_maps(maps.maps(), {{"far", 1, 2}}), Error);
  EXPECT_THROW(word_maps(maps.maps(), {}), Error);
}

}  // namespace
}  // namespace inkstone::transform
