// CLIP's text encoders against transformers and prompts against diffusers' pipelines, by make_clip_text.py.
#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/formula_weights.hpp"
#include "text/conditioning.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

const Json& goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/clip_text.json"));
  return json;
}

const std::shared_ptr<const ClipTokenizer>& tokenizer() {
  static const auto embedded = std::make_shared<const ClipTokenizer>(ClipTokenizer::embedded());
  return embedded;
}

ClipTextConfig config_of(const std::string& name) {
  auto json = goldens()["encoders"][name];
  if (name == "g") json["architectures"] = {"CLIPTextModelWithProjection"};
  return parse_clip_text_config(json.dump());
}

ClipText encoder(const std::string& name) {
  const auto config = config_of(name);
  return to_clip_text(formula_weights(*ClipText(config)), config);
}

std::vector<std::string> prompts() {
  return goldens()["prompts"].get<std::vector<std::string>>();
}

TextTower tower(const std::string& name, bool xl) {
  TextTower made{encoder(name), name == "g" ? 0 : 49407, {}, at::kFloat};
  if (xl) made.ask = {1, false, name == "g"};
  return made;
}

class ClipTextStates : public testing::TestWithParam<const char*> {};

TEST_P(ClipTextStates, EqualTransformers) {
  const auto& golden = goldens()["states"][GetParam()];
  auto network = encoder(GetParam());
  auto ids = at::full({3, 77}, goldens()["encoders"][GetParam()]["pad_token_id"].get<int64_t>(), at::kLong);
  std::vector<int64_t> ends;
  for (const auto& prompt : prompts()) {
    auto row = ids[static_cast<int64_t>(ends.size())];
    auto tokens = tokenizer()->encode(prompt);
    tokens.resize(std::min<std::size_t>(tokens.size(), 75));
    tokens.insert(tokens.begin(), 49406);
    tokens.push_back(49407);
    row.narrow(0, 0, static_cast<int64_t>(tokens.size())).copy_(at::tensor(tokens, at::kLong));
    ends.push_back(static_cast<int64_t>(tokens.size()) - 1);
  }
  const auto ask = [&](int64_t skip, bool norm) { return network->forward(network->embed(ids), ends, {skip, norm, true}); };
  EXPECT_LT(error_of(ask(0, true).hidden, golden["last"]), 1e-5);
  EXPECT_LT(error_of(ask(1, false).hidden, golden["before"]), 1e-5);
  EXPECT_LT(error_of(ask(1, true).hidden, golden["before, normed"]), 1e-5);
  EXPECT_LT(error_of(ask(3, false).hidden, golden["first"]), 1e-5);
  EXPECT_LT(error_of(ask(0, true).pooled, golden["pooled"]), 1e-5);
  EXPECT_LT(error_of(ask(3, true).pooled, golden["pooled"]), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Both, ClipTextStates, testing::Values("l", "g"));

TEST(Conditioning, EqualsDiffusersForStableDiffusion) {
  TextConditioner conditioner(tokenizer(), {tower("l", false)});
  auto options = plain_text();
  EXPECT_LT(error_of(conditioner.encode(prompts(), options).context, goldens()["sd"]["plain"]), 1e-5);
  EXPECT_FALSE(conditioner.encode(prompts(), options).pooled.defined());
  options.skip = 1;
  EXPECT_LT(error_of(conditioner.encode(prompts(), options).context, goldens()["sd"]["clip skip 1"]), 1e-5);
  options.skip = 2;
  EXPECT_LT(error_of(conditioner.encode(prompts(), options).context, goldens()["sd"]["clip skip 2"]), 1e-5);
}

TEST(Conditioning, EqualsDiffusersForStableDiffusionXl) {
  TextConditioner conditioner(tokenizer(), {tower("l", true), tower("g", true)});
  auto options = plain_text();
  const auto condition = conditioner.encode(prompts(), options);
  EXPECT_LT(error_of(condition.context, goldens()["sdxl"]["plain"]), 1e-5);
  EXPECT_LT(error_of(condition.pooled, goldens()["sdxl"]["pooled"]), 1e-5);
  options.skip = 1;
  EXPECT_LT(error_of(conditioner.encode(prompts(), options).context, goldens()["sdxl"]["clip skip 1"]), 1e-5);
}

TEST(Conditioning, InsertsEmbeddingsAsDiffusersDoes) {
  TextConditioner conditioner(tokenizer(), {tower("l", false)});
  StateDict file;
  file.tensors["<toy>"] = (0.3 * at::sin(0.7 * at::arange(64, at::kDouble))).view({2, 32}).to(at::kFloat);
  conditioner.insert(to_textual_inversion(file, "learned_embeds"));
  const auto got = conditioner.encode({"a photo of <toy> in the snow"}, plain_text()).context;
  EXPECT_LT(error_of(got, goldens()["inversion"]["plain"]), 1e-5);
}

TEST(Conditioning, WeighsWordsByTheDefinition) {
  TextConditioner conditioner(tokenizer(), {tower("l", false)});
  TextOptions options;
  const std::vector<std::string> prompt{goldens()["weighted_prompt"].get<std::string>()};
  const auto error = [&](Emphasis emphasis, const char* name) {
    options.emphasis = emphasis;
    return error_of(conditioner.encode(prompt, options).context, goldens()["weights"][name]);
  };
  EXPECT_LT(error(Emphasis::multiply, "multiply"), 1e-5);
  EXPECT_LT(error(Emphasis::restore_mean, "restore_mean"), 2e-5);
  EXPECT_LT(error(Emphasis::from_empty, "from_empty"), 1e-5);
}

}  // namespace
}  // namespace inkstone
