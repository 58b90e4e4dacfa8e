#include "text/clip_layout.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "inkstone/error.hpp"
#include "text/clip_text.hpp"

namespace inkstone {
namespace {

ClipTextConfig small(int64_t projection) {
  ClipTextConfig config;
  config.vocabulary = 50;
  config.positions = 10;
  config.width = 64;
  config.heads = 1;
  config.layers = 2;
  config.hidden = 96;
  config.projection = projection;
  config.activation = TextActivation::gelu;
  return config;
}

StateDict random_clip(int64_t projection) {
  StateDict weights;
  const ClipText network(small(projection));
  for (const auto& item : network->named_parameters()) weights.tensors[item.key()] = at::rand(item.value().sizes());
  return weights;
}

void expect_same(const StateDict& a, const StateDict& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) EXPECT_TRUE(at::equal(tensor, b.at(name))) << name;
}

TEST(ClipLayout, FindsAndTakesTheEncodersOfEveryCheckpoint) {
  const std::vector<ClipPlace> places{{"cond_stage_model.transformer.", false},
                                      {"cond_stage_model.model.", true},
                                      {"conditioner.embedders.0.model.", true},
                                      {"", false},
                                      {"", true}};
  for (const auto& place : places) {
    const auto canonical = random_clip(24);
    auto checkpoint = place_clip(canonical, place);
    checkpoint.tensors["model.diffusion_model.out.0.weight"] = at::rand({3});
    checkpoint.tensors[place.prefix + "logit_scale"] = at::rand({});
    checkpoint.tensors[place.prefix + "text_model.embeddings.position_ids"] = at::arange(10);
    const auto found = find_clips(checkpoint);
    ASSERT_EQ(found.size(), 1U) << place.prefix;
    EXPECT_EQ(found[0].prefix, place.prefix);
    EXPECT_EQ(found[0].open_clip, place.open_clip);
    expect_same(take_clip(checkpoint, found[0]), canonical);
  }
}

TEST(ClipLayout, TakesBothEncodersOfXlInOrder) {
  auto checkpoint = place_clip(random_clip(0), {"conditioner.embedders.0.transformer.", false});
  checkpoint.tensors.merge(place_clip(random_clip(24), {"conditioner.embedders.1.model.", true}).tensors);
  const auto found = find_clips(checkpoint);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(recognise_clip_text(take_clip(checkpoint, found[0])).projection, 0);
  EXPECT_EQ(recognise_clip_text(take_clip(checkpoint, found[1])).projection, 24);
}

TEST(ClipLayout, KnowsTheNamesOfOpenClip) {
  const auto canonical = random_clip(24);
  const auto placed = place_clip(canonical, {"m.", true});
  EXPECT_TRUE(at::equal(placed.at("m.text_projection", {64, 24}).t(), canonical.at("text_projection.weight")));
  EXPECT_TRUE(
      at::equal(placed.at("m.positional_embedding", {10, 64}), canonical.at("text_model.embeddings.position_embedding.weight")));
  EXPECT_TRUE(at::equal(placed.at("m.transformer.resblocks.1.attn.in_proj_weight", {192, 64}).narrow(0, 64, 64),
                        canonical.at("text_model.encoder.layers.1.self_attn.k_proj.weight")));
  for (const char* name :
       {"token_embedding.weight", "ln_final.bias", "transformer.resblocks.0.ln_1.weight", "transformer.resblocks.0.ln_2.bias",
        "transformer.resblocks.0.attn.out_proj.bias", "transformer.resblocks.0.mlp.c_fc.weight",
        "transformer.resblocks.1.mlp.c_proj.weight", "transformer.resblocks.1.attn.in_proj_bias"})
    EXPECT_TRUE(placed.contains(std::string("m.") + name)) << name;
}

TEST(ClipLayout, ReadsCheckpointsThatLeaveTextModelOut) {
  const auto canonical = random_clip(0);
  StateDict checkpoint;
  for (const auto& [name, tensor] : canonical.tensors)
    checkpoint.tensors["cond_stage_model.transformer." + name.substr(11)] = tensor;
  expect_same(take_clip(checkpoint, find_clips(checkpoint).at(0)), canonical);
}

TEST(ClipText, IsRecognisedFromItsTensors) {
  const auto config = recognise_clip_text(random_clip(24));
  EXPECT_EQ(config.vocabulary, 50);
  EXPECT_EQ(config.positions, 10);
  EXPECT_EQ(config.layers, 2);
  EXPECT_EQ(config.heads, 1);
  EXPECT_EQ(config.hidden, 96);
  EXPECT_EQ(config.projection, 24);
  EXPECT_EQ(config.activation, TextActivation::gelu);
  EXPECT_THROW(recognise_clip_text({}), Error);
}

TEST(ClipText, NamesWhatIsMissingOrMisshapen) {
  auto weights = random_clip(0);
  weights.tensors["text_model.final_layer_norm.bias"] = at::rand({3});
  EXPECT_THROW(to_clip_text(weights, small(0)), Error);
  weights.tensors.erase("text_model.final_layer_norm.bias");
  try {
    to_clip_text(weights, small(0));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::corrupt_file);
    EXPECT_NE(std::string(error.what()).find("text_model.final_layer_norm.bias"), std::string::npos);
  }
}

TEST(ClipTextConfig, RefusesNonsense) {
  for (const char* json :
       {"", "[]", R"({"hidden_size": -1})", R"({"hidden_size": "x"})", R"({"hidden_size": 10, "num_attention_heads": 3})",
        R"({"hidden_act": "relu"})", R"({"num_hidden_layers": 1000000})"})
    EXPECT_THROW(parse_clip_text_config(json), Error) << json;
  const auto config = parse_clip_text_config(
      R"({"architectures": ["CLIPTextModelWithProjection"], "projection_dim": 1280, "hidden_act": "gelu"})");
  EXPECT_EQ(config.projection, 1280);
  EXPECT_EQ(config.width, 768);
}

}  // namespace
}  // namespace inkstone
