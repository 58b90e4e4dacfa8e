#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stable_diffusion/layout/original_autoencoder.hpp"
#include "models/stable_diffusion/layout/original_control_net.hpp"
#include "models/stable_diffusion/part_files.hpp"
#include "tiny_checkpoint.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace {

ControlNetConfig tiny_control_net(Version version) {
  ControlNetConfig config;
  config.unet = tiny_unet(version);
  config.unet.groups = 32;  // as files without a configuration have
  for (auto& width : config.unet.channels) width *= 2;
  config.embedding_channels = {8, 8, 16, 16};
  return config;
}

std::optional<ErrorCategory> caught(const std::function<void()>& act) {
  try {
    act();
    return {};
  } catch (const Error& error) {
    return error.category();
  }
}

TEST(ControlNetFile, IsReadInBothLayoutsAndFitsItsModelAlone) {
  const ScratchFolder scratch;
  for (const auto version : {Version::sd1, Version::sd2, Version::sdxl}) {
    SCOPED_TRACE(name_of(version));
    const auto config = tiny_control_net(version);
    StateDict canonical = random_weights(*ControlNetModel(config));
    StateDict original;
    add_part(original, "control_model.", renamed(canonical, original_control_names(config), Direction::to_original));
    EXPECT_TRUE(original.contains("control_model.input_hint_block.14.weight"));
    EXPECT_TRUE(original.contains("control_model.zero_convs.3.0.weight"));
    EXPECT_TRUE(original.contains("control_model.middle_block_out.0.bias"));
    write_safetensors(scratch / "canonical.safetensors", canonical);
    write_safetensors(scratch / "original.safetensors", original);
    for (const char* name : {"canonical.safetensors", "original.safetensors"}) {
      const auto part = load_control_net(scratch / name);
      EXPECT_EQ(part.config.embedding_channels, config.embedding_channels);
      EXPECT_EQ(part.config.unet.channels, config.unet.channels);
      EXPECT_EQ(part.weights.tensors.size(), canonical.tensors.size());
      for (const auto& [key, tensor] : canonical.tensors) EXPECT_TRUE(at::equal(part.weights.at(key), tensor)) << key;
      EXPECT_EQ(caught([&] { build_control_net(part, config.unet, name); }), std::nullopt);
      EXPECT_EQ(caught([&] { build_control_net(part, released_unet(version), name); }), ErrorCategory::bad_argument);
    }
  }
}

TEST(ControlNetFile, WhatIsNoneIsUnsupported) {
  const ScratchFolder scratch;
  write_safetensors(scratch / "other.safetensors", {{{"a.weight", at::ones({2})}}, {}});
  EXPECT_EQ(caught([&] { load_control_net(scratch / "other.safetensors"); }), ErrorCategory::unsupported);
}

TEST(AutoencoderFile, ReplacesTheCheckpointsOwn) {
  const ScratchFolder scratch;
  auto checkpoint = tiny_checkpoint(Version::sd1);
  AutoencoderConfig config;
  config.channels = {32, 32, 64, 64};
  const auto canonical = random_weights(*AutoencoderKL(config));
  write_safetensors(scratch / "vae.safetensors", renamed(with_attention_as_convolutions(canonical),
                                                         original_autoencoder_names(config), Direction::to_original));
  use_autoencoder_file(checkpoint, scratch / "vae.safetensors");
  EXPECT_EQ(to_json(checkpoint.autoencoder_config), to_json(config));
  build_autoencoder(checkpoint);
  write_safetensors(scratch / "diffusers.safetensors", canonical);
  use_autoencoder_file(checkpoint, scratch / "diffusers.safetensors");
  EXPECT_EQ(to_json(checkpoint.autoencoder_config), to_json(config));
  build_autoencoder(checkpoint);
}

}  // namespace
}  // namespace inkstone::sd
