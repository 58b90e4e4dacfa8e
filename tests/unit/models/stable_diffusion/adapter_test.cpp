#include "models/stable_diffusion/adapters/adapter.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "tiny_checkpoint.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace {

constexpr const char* kToQ = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
constexpr const char* kToOut = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0";
constexpr const char* kTextQ = "text_model.encoder.layers.1.self_attn.q_proj";
constexpr const char* kTextOut = "text_model.encoder.layers.1.self_attn.out_proj";

// A LoRA of rank 2 over one layer, its tensors named <layer><down ending> and <layer><up ending>.
StateDict lora_over(const at::Tensor& weight, const std::string& layer, const std::string& down, const std::string& up) {
  StateDict file;
  file.tensors[layer + down] = at::randn({2, weight.numel() / weight.size(0)});
  file.tensors[layer + up] = at::randn({weight.size(0), 2});
  return file;
}

Checkpoint merged(const Checkpoint& base, const StateDict& file, double unet = 1, double text = 1) {
  const auto adapter = to_adapter(file, "a.safetensors");
  return with_adapters(base, {{&adapter, unet, text}});
}

// The names of tensors that differ.
std::vector<std::string> changed(const StateDict& before, const StateDict& after) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : before.tensors)
    if (!at::equal(tensor, after.at(name))) names.push_back(name);
  return names;
}

struct Naming {
  int encoder;  // -1: U-Net
  const char *target, *layer, *down, *up;
};

void expect_names_layer(const Checkpoint& base, const Naming& naming) {
  SCOPED_TRACE(std::string(naming.layer) + naming.down);
  const auto part = [&](const Checkpoint& c) -> const StateDict& {
    return naming.encoder < 0 ? c.unet : c.text.at(naming.encoder).weights;
  };
  const std::string name = std::string(naming.target) + ".weight";
  const auto& weight = part(base).at(name);
  const auto file = lora_over(weight, naming.layer, naming.down, naming.up);
  const auto after = merged(base, file, 0.5, 0.5);
  EXPECT_EQ(changed(part(base), part(after)), std::vector<std::string>{name});
  const auto delta = at::matmul(file.at(std::string(naming.layer) + naming.up), file.at(std::string(naming.layer) + naming.down));
  EXPECT_TRUE(at::allclose(part(after).at(name), weight + 0.5 * delta.view(weight.sizes()), 1e-5, 1e-6));
}

TEST(Adapter, KnowsTheNamesOfKohyaDiffusersAndPeft) {
  const auto base = tiny_checkpoint(Version::sd1);
  const Naming namings[] = {
      {-1, kToQ, "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight"},
      {-1, kToOut, "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0", ".lora_down.weight",
       ".lora_up.weight"},
      {-1, kToQ, "lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight"},
      {-1, "down_blocks.0.resnets.0.conv1", "lora_unet_input_blocks_1_0_in_layers_2", ".lora_down.weight", ".lora_up.weight"},
      {-1, "mid_block.resnets.0.time_emb_proj", "lora_unet_middle_block_0_emb_layers_1", ".lora_down.weight", ".lora_up.weight"},
      {-1, "conv_in", "lora_unet_conv_in", ".lora_down.weight", ".lora_up.weight"},
      {-1, kToQ, "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", ".lora_A.weight", ".lora_B.weight"},
      {-1, kToQ, "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", ".lora.down.weight", ".lora.up.weight"},
      {-1, kToQ, "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q", "_lora.down.weight",
       "_lora.up.weight"},
      {-1, kToOut, "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out", "_lora.down.weight",
       "_lora.up.weight"},
      {-1, kToQ, "base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", ".lora_A.default.weight",
       ".lora_B.default.weight"},
      {-1, kToQ, kToQ, ".lora_A.weight", ".lora_B.weight"},
      {0, kTextQ, "lora_te_text_model_encoder_layers_1_self_attn_q_proj", ".lora_down.weight", ".lora_up.weight"},
      {0, kTextQ, "text_encoder.text_model.encoder.layers.1.self_attn.q_proj", ".lora_linear_layer.down.weight",
       ".lora_linear_layer.up.weight"},
      {0, kTextQ, "text_encoder.text_model.encoder.layers.1.self_attn.to_q", "_lora.down.weight", "_lora.up.weight"},
      {0, kTextOut, "text_encoder.text_model.encoder.layers.1.self_attn.to_out", "_lora.down.weight", "_lora.up.weight"},
      {0, "text_model.encoder.layers.0.mlp.fc1", "lora_te_text_model_encoder_layers_0_mlp_fc1", ".lora_down.weight",
       ".lora_up.weight"},
  };
  for (const auto& naming : namings) expect_names_layer(base, naming);
}

TEST(Adapter, KnowsTheSecondTextEncoderOfXl) {
  const auto base = tiny_checkpoint(Version::sdxl);
  expect_names_layer(
      base, {0, kTextQ, "lora_te1_text_model_encoder_layers_1_self_attn_q_proj", ".lora_down.weight", ".lora_up.weight"});
  expect_names_layer(
      base, {1, kTextQ, "lora_te2_text_model_encoder_layers_1_self_attn_q_proj", ".lora_down.weight", ".lora_up.weight"});
  expect_names_layer(
      base, {1, kTextQ, "text_encoder_2.text_model.encoder.layers.1.self_attn.q_proj", ".lora_A.weight", ".lora_B.weight"});
}

TEST(Adapter, LeavesTheBaseAsItWasAndSharesTheRest) {
  const auto base = tiny_checkpoint(Version::sd1);
  const auto copy = base.unet.at(std::string(kToQ) + ".weight").clone();
  const auto after = merged(base, lora_over(copy, kToQ, ".lora_A.weight", ".lora_B.weight"));
  EXPECT_TRUE(at::equal(base.unet.at(std::string(kToQ) + ".weight"), copy));
  EXPECT_EQ(after.unet.at("conv_in.weight").data_ptr(), base.unet.at("conv_in.weight").data_ptr());
}

TEST(Adapter, AddsUpAndScalesByAlpha) {
  const auto base = tiny_checkpoint(Version::sd1);
  const auto name = std::string(kToQ) + ".weight";
  auto file = lora_over(base.unet.at(name), kToQ, ".lora_down.weight", ".lora_up.weight");
  const auto one = merged(base, file).unet.at(name) - base.unet.at(name);
  file.tensors[std::string(kToQ) + ".alpha"] = at::scalar_tensor(1.0);
  EXPECT_TRUE(at::allclose(merged(base, file).unet.at(name) - base.unet.at(name), one / 2, 1e-4, 1e-5));
  const auto adapter = to_adapter(file, "a");
  const auto twice = with_adapters(base, {{&adapter, 1, 1}, {&adapter, 0.5, 1}}).unet.at(name) - base.unet.at(name);
  EXPECT_TRUE(at::allclose(twice, 0.75 * one, 1e-4, 1e-5));
}

TEST(Adapter, AddsWholeDifferencesToWeightsAndBiases) {
  const auto base = tiny_checkpoint(Version::sd1);
  StateDict file;
  file.tensors["lora_unet_conv_in.diff"] = at::ones_like(base.unet.at("conv_in.weight"));
  file.tensors["lora_unet_conv_in.diff_b"] = at::ones_like(base.unet.at("conv_in.bias"));
  const auto after = merged(base, file, 2);
  EXPECT_TRUE(at::allclose(after.unet.at("conv_in.weight"), base.unet.at("conv_in.weight") + 2));
  EXPECT_TRUE(at::allclose(after.unet.at("conv_in.bias"), base.unet.at("conv_in.bias") + 2));
}

TEST(Adapter, KeepsTheDtypeOfTheBase) {
  auto base = tiny_checkpoint(Version::sd1);
  auto& weight = base.unet.tensors.at(std::string(kToQ) + ".weight");
  weight = weight.to(at::kHalf);
  const auto after = merged(base, lora_over(weight, kToQ, ".lora_A.weight", ".lora_B.weight"));
  EXPECT_EQ(after.unet.at(std::string(kToQ) + ".weight").scalar_type(), at::kHalf);
}

ErrorCategory refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.category();
  }
  ADD_FAILURE() << "nothing was refused";
  return ErrorCategory::io;
}

TEST(Adapter, IsRefusedForAnotherBase) {
  const auto base = tiny_checkpoint(Version::sd1);
  const auto refused = [&](const StateDict& file) {
    EXPECT_EQ(refusal_of([&] { merged(base, file); }), ErrorCategory::bad_argument);
  };
  refused(lora_over(at::rand({16, 16}), "lora_unet_down_blocks_9_attentions_0_proj_in", ".lora_down.weight", ".lora_up.weight"));
  refused(lora_over(at::rand({16, 16}), "lora_te2_text_model_encoder_layers_1_self_attn_q_proj", ".lora_down.weight",
                    ".lora_up.weight"));
  refused(lora_over(at::rand({99, 98}), kToQ, ".lora_A.weight", ".lora_B.weight"));
}

TEST(Adapter, IsRefusedWhereDamaged) {
  const auto base = tiny_checkpoint(Version::sd1);
  const std::string layer = kToQ;
  const auto q = base.unet.at(layer + ".weight");
  const auto refused = [&](std::map<std::string, at::Tensor> parts) {
    StateDict file;
    for (const auto& [role, tensor] : parts) file.tensors[layer + role] = tensor;
    EXPECT_EQ(refusal_of([&] { merged(base, file); }), ErrorCategory::bad_argument);
  };
  const int64_t o = q.size(0), i = q.size(1);
  refused({{".lora_A.weight", at::rand({2, i})}});
  refused({{".lora_A.weight", at::rand({2, i})}, {".lora_B.weight", at::rand({o, 3})}});
  refused({{".lora_A.weight", at::rand({i})}, {".lora_B.weight", at::rand({o})}});
  refused({{".lora_A.weight", at::rand({0, i})}, {".lora_B.weight", at::rand({o, 0})}});
  refused({{".lora_A.weight", at::rand({1, 100000})}, {".lora_B.weight", at::rand({100000, 1})}});
  refused({{".lokr_w1", at::rand({50000})}, {".lokr_w2", at::rand({50000})}});
  refused({{".lokr_w1", at::rand({300, 300})}, {".lokr_w2", at::rand({300, 300})}});
  refused({{".hada_w1_a", at::rand({o, 2})},
           {".hada_w1_b", at::rand({2, i})},
           {".hada_w2_a", at::rand({o, 2})},
           {".hada_w2_b", at::rand({2, i + 1})}});
  refused({{".lora_mid.weight", at::rand({2, 2})}, {".lora_A.weight", at::rand({2, i})}, {".lora_B.weight", at::rand({o, 2})}});
  refused({{".lora_A.weight", at::rand({2, i})}, {".lora_B.weight", at::rand({o, 2})}, {".dora_scale", at::rand({o + 1})}});
}

TEST(AdapterFile, IsRefusedWhereItIsNone) {
  StateDict other;
  other.tensors["model.diffusion_model.out.0.weight"] = at::rand({2});
  EXPECT_EQ(refusal_of([&] { to_adapter(other, "x"); }), ErrorCategory::unsupported);
  EXPECT_EQ(refusal_of([] { to_adapter({}, "x"); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal_of([] { read_adapter("/nowhere/x.safetensors"); }), ErrorCategory::not_found);
}

TEST(AdapterFile, IsReadFromSafetensorsWithItsPackedEmbeddings) {
  const ScratchFolder folder;
  auto file = lora_over(at::rand({4, 4}), "lora_unet_conv_in", ".lora_down.weight", ".lora_up.weight");
  file.tensors["bundle_emb.ink.string_to_param.*"] = at::rand({1, 8});
  write_safetensors(folder / "a.safetensors", file);
  EXPECT_EQ(read_adapter(folder / "a.safetensors").layers.size(), 1U);
}

}  // namespace
}  // namespace inkstone::sd
