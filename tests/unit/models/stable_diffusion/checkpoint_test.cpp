#include <gtest/gtest.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "models/stable_diffusion/layout/original_unet.hpp"
#include "models/stable_diffusion/single_file.hpp"
#include "nn/fill.hpp"
#include "tiny_checkpoint.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace {

constexpr Version kVersions[] = {Version::sd1, Version::sd2, Version::sdxl, Version::sdxl_refiner};

void expect_equal(const StateDict& a, const StateDict& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    ASSERT_TRUE(b.contains(name)) << name;
    EXPECT_TRUE(at::equal(tensor, b.at(name).reshape(tensor.sizes()))) << name;
  }
}

void expect_equal(const Checkpoint& a, const Checkpoint& b) {
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(to_json(a.unet_config), to_json(b.unet_config));
  EXPECT_EQ(to_json(a.autoencoder_config), to_json(b.autoencoder_config));
  EXPECT_EQ(to_json(a.scheduler)["prediction_type"], to_json(b.scheduler)["prediction_type"]);
  expect_equal(a.unet, b.unet);
  expect_equal(a.autoencoder, b.autoencoder);
  ASSERT_EQ(a.text.size(), b.text.size());
  for (std::size_t i = 0; i < a.text.size(); ++i) {
    EXPECT_EQ(to_json(a.text[i]), to_json(b.text[i]));
    expect_equal(a.text[i].weights, b.text[i].weights);
  }
  EXPECT_EQ(a.zeros_for_empty_prompt, b.zeros_for_empty_prompt);
}

std::string message_of(const std::function<void()>& act, ErrorCategory category) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), category) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(Checkpoint, OriginalLayoutAndBackIsTheSame) {
  for (const auto version : kVersions) {
    SCOPED_TRACE(name_of(version));
    const auto checkpoint = tiny_checkpoint(version);
    expect_equal(checkpoint, checkpoint_of(to_original_layout(checkpoint), "memory"));
  }
}

TEST(Checkpoint, DiffusersFolderAndBackIsTheSame) {
  for (const auto version : kVersions) {
    SCOPED_TRACE(name_of(version));
    const ScratchFolder scratch;
    const auto checkpoint = tiny_checkpoint(version);
    write_diffusers_folder(checkpoint, scratch / "model");
    const auto loaded = load_checkpoint(scratch / "model");
    expect_equal(checkpoint, loaded);
    build_unet(loaded);
    build_autoencoder(loaded, at::kBFloat16);
  }
}

TEST(Checkpoint, TensorsKeepTheMappingOfTheirFile) {
  const ScratchFolder scratch;
  write_single_file(tiny_checkpoint(Version::sd1), scratch / "model.safetensors", at::kHalf);
  const auto loaded = load_checkpoint(scratch / "model.safetensors");
  const auto unet = build_unet(loaded);
  const auto& weight = loaded.unet.at("conv_in.weight");
  EXPECT_EQ(weight.scalar_type(), at::kHalf);
  EXPECT_EQ(unet->named_parameters()["conv_in.weight"].data_ptr(), weight.data_ptr());
  for (const auto& parameter : unet->parameters()) EXPECT_FALSE(parameter.requires_grad());
}

// Names as the original release has them; sizes of the published models, told from the tensors alone.
TEST(Checkpoint, ReleasedSizesAreToldFromOriginalTensors) {
  for (const auto version : kVersions) {
    SCOPED_TRACE(name_of(version));
    const auto config = released_unet(version);
    StateDict canonical;
    for (const auto& item : UNet2DConditionModel(config)->named_parameters()) canonical.tensors.emplace(item.key(), item.value());
    if (!config.linear_projection)
      for (auto& [name, tensor] : canonical.tensors)
        if (name.ends_with("proj_in.weight") || name.ends_with("proj_out.weight")) tensor = tensor.unsqueeze(2).unsqueeze(3);
    const auto original = renamed(canonical, original_unet_names(config), Direction::to_original);
    auto told = recognise_original_unet(original);
    // of levels without attention nothing tells the layers of a transformer or its heads
    for (std::size_t level = 0; level < told.channels.size(); ++level)
      if (!told.down_attention[level]) told.transformer_layers[level] = config.transformer_layers[level];
    EXPECT_EQ(to_json(told), to_json(config));
    EXPECT_EQ(version_of(told), version);
    for (const auto& [name, tensor] : original.tensors) EXPECT_EQ(name.find("blocks.0.resnets"), std::string::npos) << name;
  }
}

TEST(Checkpoint, OriginalNamesAreThoseOfTheRelease) {
  const auto unet = original_unet_names(released_unet(Version::sd1));
  const auto autoencoder = original_autoencoder_names({});
  const auto expect_pair = [](const NameMap& map, const char* canonical, const char* original) {
    EXPECT_NE(std::find(map.begin(), map.end(), std::pair<std::string, std::string>(canonical, original)), map.end())
        << canonical;
  };
  expect_pair(unet, "down_blocks.0.downsamplers.0.conv", "input_blocks.3.0.op");
  expect_pair(unet, "down_blocks.2.attentions.1", "input_blocks.8.1");
  expect_pair(unet, "down_blocks.3.resnets.1.conv2", "input_blocks.11.0.out_layers.3");
  expect_pair(unet, "up_blocks.0.upsamplers.0.conv", "output_blocks.2.1.conv");
  expect_pair(unet, "up_blocks.1.upsamplers.0.conv", "output_blocks.5.2.conv");
  expect_pair(unet, "up_blocks.3.attentions.2", "output_blocks.11.1");
  expect_pair(autoencoder, "decoder.up_blocks.0.upsamplers.0", "decoder.up.3.upsample");
  expect_pair(autoencoder, "decoder.mid_block.attentions.0.to_out.0", "decoder.mid.attn_1.proj_out");
  expect_pair(unet, "time_embedding.linear_2", "time_embed.2");
}

TEST(Checkpoint, TaskIsToldFromTheInputChannels) {
  auto checkpoint = tiny_checkpoint(Version::sd1);
  EXPECT_EQ(checkpoint.task(), Task::paint);
  checkpoint.unet_config.in_channels = 9;
  EXPECT_EQ(checkpoint.task(), Task::inpaint);
  checkpoint.unet_config.in_channels = 8;
  EXPECT_EQ(checkpoint.task(), Task::instruct);
}

TEST(Checkpoint, PredictionIsReadMarkedAndOverridden) {
  auto checkpoint = tiny_checkpoint(Version::sdxl);
  checkpoint.scheduler.prediction = Prediction::v;
  checkpoint.scheduler.zero_terminal_snr = true;
  auto file = to_original_layout(checkpoint);
  EXPECT_TRUE(file.contains("v_pred"));
  file.metadata.erase(kSchedulerMetadata);
  const auto loaded = checkpoint_of(file, "memory");
  EXPECT_EQ(loaded.scheduler.prediction, Prediction::v);
  EXPECT_TRUE(loaded.scheduler.zero_terminal_snr);
  const ScratchFolder scratch;
  write_safetensors(scratch / "model.safetensors", file);
  EXPECT_EQ(load_checkpoint(scratch / "model.safetensors", {Prediction::epsilon, {}}).scheduler.prediction, Prediction::epsilon);
}

TEST(Checkpoint, OlderAttentionNamesOfFoldersAreRead) {
  const auto checkpoint = tiny_checkpoint(Version::sd1);
  StateDict old;
  for (const auto& [name, tensor] : checkpoint.autoencoder.tensors) {
    auto renamed_once = name;
    for (const auto& [now, once] :
         {std::pair("to_q", "query"), std::pair("to_k", "key"), std::pair("to_v", "value"), std::pair("to_out.0", "proj_attn")})
      if (const auto at = renamed_once.find(now); at != std::string::npos)
        renamed_once.replace(at, std::string(now).size(), once);
    old.tensors.emplace(renamed_once, tensor);
  }
  expect_equal(checkpoint.autoencoder, with_new_attention_names(old));
}

TEST(Checkpoint, MistakesAreNamed) {
  auto checkpoint = tiny_checkpoint(Version::sd1);
  const auto build = [&] { build_unet(checkpoint); };
  const auto good = checkpoint.unet;
  checkpoint.unet.tensors.erase("conv_out.bias");
  EXPECT_NE(message_of(build, ErrorCategory::corrupt_file).find("conv_out.bias"), std::string::npos);
  checkpoint.unet = good;
  checkpoint.unet.tensors["conv_in.weight"] = at::zeros({16, 5, 3, 3});
  EXPECT_NE(
      message_of(build, ErrorCategory::corrupt_file).find("'conv_in.weight' has shape [16, 5, 3, 3], expected [16, 4, 3, 3]"),
      std::string::npos);
  checkpoint.unet = good;
  checkpoint.unet.tensors["conv_on.weight"] = at::zeros({1});
  EXPECT_NE(message_of(build, ErrorCategory::corrupt_file).find("conv_on.weight"), std::string::npos);
  checkpoint.unet = good;
  auto damaged = good.at("mid_block.resnets.0.conv1.weight").clone();
  damaged[1][2][0][1] = std::nan("");
  checkpoint.unet.tensors["mid_block.resnets.0.conv1.weight"] = damaged;
  EXPECT_NE(message_of(build, ErrorCategory::corrupt_file).find("'mid_block.resnets.0.conv1.weight' holds NaN"),
            std::string::npos);
}

TEST(Checkpoint, WhatIsNoModelIsRefusedInOneLine) {
  const ScratchFolder scratch;
  write_safetensors(scratch / "other.safetensors", {{{"a.weight", at::ones({2})}}, {}});
  message_of([&] { load_checkpoint(scratch / "other.safetensors"); }, ErrorCategory::unsupported);
  std::filesystem::create_directories(scratch / "empty");
  message_of([&] { load_checkpoint(scratch / "empty"); }, ErrorCategory::not_found);
  message_of([&] { load_checkpoint(scratch / "absent.safetensors"); }, ErrorCategory::not_found);
  const auto message =
      message_of([&] { write_diffusers_folder(tiny_checkpoint(Version::sd1), scratch / "."); }, ErrorCategory::bad_argument);
  EXPECT_NE(message.find("not empty"), std::string::npos);
}

TEST(UNetConfig, AnotherArchitectureIsUnsupportedByName) {
  const auto plain = to_json(tiny_unet(Version::sd1));
  const nlohmann::json others = {{"resnet_time_scale_shift", "scale_shift"},
                                 {"act_fn", "gelu"},
                                 {"addition_embed_type", "text"},
                                 {"only_cross_attention", true},
                                 {"mid_block_type", "UNetMidBlock2DSimpleCrossAttn"},
                                 {"encoder_hid_dim_type", "ip_image_proj"},
                                 {"time_embedding_type", "fourier"}};
  for (const auto& [key, value] : others.items()) {
    auto config = plain;
    config[key] = value;
    EXPECT_NE(message_of([&] { unet_config_of(config, "config.json"); }, ErrorCategory::unsupported).find(key), std::string::npos)
        << key;
  }
}

TEST(UNetConfig, NonsenseIsCorrupt) {
  const auto plain = to_json(tiny_unet(Version::sd1));
  const std::pair<const char*, nlohmann::json> nonsense[] = {{"block_out_channels", "many"},
                                                             {"in_channels", 0},
                                                             {"attention_head_dim", {3, 3, 3, 3}},
                                                             {"layers_per_block", {1, 2}},
                                                             {"norm_num_groups", 7},
                                                             {"block_out_channels", {-16, 32}},
                                                             {"norm_num_groups", 1e12},
                                                             {"block_out_channels", nlohmann::json::array()}};
  for (const auto& [key, value] : nonsense) {
    SCOPED_TRACE(value.dump());
    auto config = plain;
    config[key] = value;
    message_of([&] { unet_config_of(config, "config.json"); }, ErrorCategory::corrupt_file);
  }
}

}  // namespace
}  // namespace inkstone::sd
