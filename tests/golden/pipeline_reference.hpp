// Small pipelines of make_pipelines.py: their networks as checkpoints, the picture they start from, and comparison with what
// diffusers painted.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/stable_diffusion_reference.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "sample/stable_diffusion/painter.hpp"

namespace inkstone::sd {

inline const Json& pipelines() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/pipelines.json"));
  return json;
}

inline const Json& network(const std::string& name) {
  return pipelines()["networks"][name];
}

// Made once: the embeddings of CLIP's vocabulary are large.
inline const StateDict& weights_of(const std::string& name) {
  static std::map<std::string, StateDict> made;
  const auto found = made.find(name);
  return found != made.end() ? found->second : made[name] = reference_weights(network(name)["parameters"]);
}

inline TextEncoderPart text_part(const std::string& name) {
  return {parse_clip_text_config(network(name)["config"].dump()), weights_of(name)};
}

inline Checkpoint checkpoint_for(const Json& test) {
  const auto unet = test.value("unet", "unet");
  Checkpoint checkpoint;
  checkpoint.path = "reference";
  checkpoint.unet_config = unet_config_of(network(unet)["config"], unet);
  checkpoint.unet = weights_of(unet);
  checkpoint.autoencoder_config = autoencoder_config_of(network("vae")["config"], "vae");
  checkpoint.autoencoder = weights_of("vae");
  checkpoint.text.push_back(text_part("text"));
  if (unet == "xl") {
    checkpoint.version = Version::sdxl;
    checkpoint.text.push_back(text_part("text 2"));
    checkpoint.zeros_for_empty_prompt = true;
  }
  checkpoint.scheduler = scheduler_settings_of(test["scheduler"], "scheduler");
  return checkpoint;
}

// As make_pipelines.py draws them.
inline at::Tensor grid(int64_t along, int64_t height, int64_t width) {
  const auto x = at::arange(width, at::kDouble).view({1, width}).expand({height, width}),
             y = at::arange(height, at::kDouble).view({height, 1}).expand({height, width});
  return along == 0 ? x : y;
}

inline at::Tensor reference_picture(int64_t h, int64_t w) {
  const auto x = grid(0, h, w), y = grid(1, h, w);
  const auto rgb = at::stack({127 + 120 * (x * 0.07).sin(), 127 + 120 * (y * 0.09).cos(), 127 + 120 * ((x + y) * 0.05).sin()});
  return (rgb.floor().to(at::kFloat) / 255 * 2 - 1).unsqueeze(0);
}

inline at::Tensor reference_mask(int64_t h, int64_t w) {
  const auto x = grid(0, h, w), y = grid(1, h, w);
  return (x.ge(32) * x.lt(80) * y.ge(16)).to(at::kFloat).view({1, 1, h, w});
}

// Decibels, over the values that are kept.
inline double psnr_of(const at::Tensor& picture, const Json& values, int64_t stride = 13) {
  const auto got = ((picture + 1) / 2).permute({1, 2, 0}).contiguous().flatten().to(at::kDouble);
  const auto wanted = at::tensor(values.get<std::vector<double>>(), at::kDouble);
  const auto kept = got.index_select(0, at::arange(0, got.numel(), stride, at::kLong));
  return -10 * std::log10((kept - wanted).square().mean().item<double>());
}

struct Silence : Observer {};

}  // namespace inkstone::sd
