#include "text/conditioning.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

const std::shared_ptr<const ClipTokenizer>& tokenizer() {
  static const auto embedded = std::make_shared<const ClipTokenizer>(ClipTokenizer::embedded());
  return embedded;
}

TextTower small_tower(int64_t width = 16, bool pooled = false) {
  ClipTextConfig config;
  config.width = width;
  config.heads = 2;
  config.layers = 2;
  config.hidden = 24;
  StateDict weights;
  const ClipText network(config);
  for (const auto& item : network->named_parameters()) weights.tensors[item.key()] = at::randn(item.value().sizes()) * 0.3;
  return {to_clip_text(weights, config), 49407, {0, true, pooled}, at::kFloat};
}

TextConditioner small_conditioner() {
  return {tokenizer(), {small_tower()}};
}

std::string words(int count, const std::string& word = "cat ") {
  std::string text;
  for (int i = 0; i < count; ++i) text += word;
  return text;
}

std::vector<std::size_t> chunk_sizes(const std::string& prompt, const ChunkOptions& options = {}) {
  std::vector<std::size_t> sizes;
  for (const auto& chunk : chunk_prompt(prompt, *tokenizer(), {}, options)) sizes.push_back(chunk.tokens.size());
  return sizes;
}

using Sizes = std::vector<std::size_t>;

TEST(PromptChunks, HoldSeventyFiveTokens) {
  EXPECT_EQ(chunk_sizes(""), Sizes{0});
  EXPECT_EQ(chunk_sizes(words(75)), Sizes{75});
  EXPECT_EQ(chunk_sizes(words(76)), (Sizes{75, 1}));
  EXPECT_EQ(chunk_sizes(words(151)), (Sizes{75, 75, 1}));
}

TEST(PromptChunks, EndAtBreakAndAtTheLastCommaNearTheEnd) {
  EXPECT_EQ(chunk_sizes("a cat BREAK a dog"), (Sizes{2, 2}));
  EXPECT_EQ(chunk_sizes("a cat BREAK"), Sizes{2});
  EXPECT_EQ(chunk_sizes("BREAK a"), (Sizes{0, 1}));
  EXPECT_EQ(chunk_sizes(words(60) + ", " + words(20)), (Sizes{61, 20}));
  EXPECT_EQ(chunk_sizes(words(50) + ", " + words(30)), (Sizes{75, 6}));  // too far back
  EXPECT_EQ(chunk_sizes(words(60) + ", " + words(20), {75, 0, true}), (Sizes{75, 6}));
  EXPECT_EQ(chunk_sizes(words(75) + ", " + words(2)), (Sizes{75, 3}));
}

TEST(PromptChunks, CarryTheWeightOfEachToken) {
  const auto chunks = chunk_prompt("a (cat:1.5) [dog]", *tokenizer());
  EXPECT_EQ(chunks[0].weights, (std::vector<float>{1, 1.5F, static_cast<float>(1 / 1.1)}));
  const auto plain = chunk_prompt("(cat:1.5)", *tokenizer(), {}, {75, 0, false});
  EXPECT_GT(plain[0].tokens.size(), 3U);
}

TextualInversion inversion(int64_t length, int64_t width = 16) {
  return {{"inkblot"}, {{width, at::randn({length, width})}}};
}

TEST(PromptChunks, PutEmbeddingsWhereTheirNamesStand) {
  const auto chunks = chunk_prompt("a (inkblot:2) cat", *tokenizer(), {inversion(3)});
  ASSERT_EQ(chunks[0].insertions.size(), 1U);
  EXPECT_EQ(chunks[0].insertions[0].at, 1);
  EXPECT_EQ(chunks[0].weights, (std::vector<float>{1, 2, 2, 2, 1}));
  const auto split = chunk_prompt(words(74) + "inkblot", *tokenizer(), {inversion(3)});
  ASSERT_EQ(split.size(), 2U);
  EXPECT_TRUE(split[0].insertions.empty());
  EXPECT_EQ(split[1].insertions.at(0).at, 0);
  const auto moved = chunk_prompt(words(60) + ", inkblot " + words(30), *tokenizer(), {inversion(3)});
  EXPECT_EQ(moved.at(1).insertions.at(0).at, 0);
}

TEST(TextConditioner, FillsShorterPromptsUpWithEmptyChunks) {
  auto conditioner = small_conditioner();
  const auto condition = conditioner.encode({words(100), "a cat"});
  EXPECT_EQ(condition.context.sizes().vec(), (std::vector<int64_t>{2, 154, 16}));
  const auto cat = conditioner.encode({"a cat"}).context, empty = conditioner.encode({""}).context;
  EXPECT_TRUE(at::allclose(condition.context[1], at::cat({cat[0], empty[0]}), 1e-5, 1e-6));
  TextOptions one;
  one.most_chunks = 1;
  EXPECT_EQ(conditioner.encode({words(100), "a cat"}, one).context.size(1), 77);
}

TEST(TextConditioner, GivesTheSameForWeightOneBitForBit) {
  auto conditioner = small_conditioner();
  const auto plain = conditioner.encode({"a cat"}).context;
  for (const auto emphasis : {Emphasis::restore_mean, Emphasis::multiply, Emphasis::from_empty}) {
    TextOptions options;
    options.emphasis = emphasis;
    EXPECT_TRUE(at::equal(conditioner.encode({"a (cat:1.0)"}, options).context, plain));
    EXPECT_TRUE(at::allclose(conditioner.encode({"a cat", "a (dog:2)"}, options).context[0], plain[0], 1e-5, 1e-6));
  }
}

TEST(TextConditioner, PoolsTheFirstChunkOfTheTowerThatIsAsked) {
  TextConditioner conditioner(tokenizer(), {small_tower(16), small_tower(24, true)});
  const auto condition = conditioner.encode({"a cat BREAK a dog"});
  EXPECT_EQ(condition.context.sizes().vec(), (std::vector<int64_t>{1, 154, 40}));
  EXPECT_TRUE(at::allclose(condition.pooled, conditioner.encode({"a cat"}).pooled, 1e-5, 1e-6));
}

TEST(TextConditioner, RefusesWhatDoesNotFit) {
  auto conditioner = small_conditioner();
  EXPECT_THROW(conditioner.insert(inversion(2, 768)), Error);
  TextOptions options;
  options.skip = 3;
  EXPECT_THROW(conditioner.encode({"a"}, options), Error);
  EXPECT_THROW(conditioner.encode({std::string(100'000'000, 'a')}), Error);
}

TEST(TextualInversion, ReadsEveryForm) {
  StateDict web{{{"string_to_param.*", at::randn({2, 768})}}, {}};
  EXPECT_EQ(to_textual_inversion(web, "ink").names, std::vector<std::string>{"ink"});
  EXPECT_EQ(to_textual_inversion(web, "ink").length(), 2);
  StateDict diffusers{{{"<toy>", at::randn({768}, at::kFloat).to(at::kHalf)}}, {}};
  EXPECT_EQ(to_textual_inversion(diffusers, "learned").names, (std::vector<std::string>{"learned", "<toy>"}));
  StateDict xl{{{"clip_l", at::randn({4, 768})}, {"clip_g", at::randn({4, 1280})}}, {}};
  EXPECT_EQ(to_textual_inversion(xl, "ink").vectors.size(), 2U);
}

TEST(TextualInversion, RefusesOtherFiles) {
  const auto throws = [](StateDict weights) { EXPECT_THROW(to_textual_inversion(weights, "x"), Error); };
  throws({});
  throws({{{"a", at::randn({2, 3, 4})}}, {}});
  throws({{{"a", at::randn({0, 768})}}, {}});
  throws({{{"a", at::randn({76, 768})}}, {}});
  throws({{{"a", at::arange(768)}}, {}});
  throws({{{"a", at::randn({1, 768})}, {"b", at::randn({1, 768})}}, {}});
  throws({{{"clip_l", at::randn({4, 768})}, {"clip_g", at::randn({3, 1280})}}, {}});
}

}  // namespace
}  // namespace inkstone
