// Writes a checkpoint of full size filled with random numbers of sensible scale, for measuring speed and memory where no trained
// weights are at hand: make_random_checkpoint sd1|sd2|xl|refiner TARGET [f16|f32|bf16]; "tiny" has the parts of sd1 in sizes for
// tests. A TARGET in .safetensors is one file in the original layout, which other programs load too; else a diffusers folder.
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stable_diffusion/released.hpp"
#include "tensor/compute.hpp"
#include "text/clip_text.hpp"

namespace inkstone::sd {
namespace {

// Layers that end a residual branch stay small, so that the sum neither grows nor dies along the network.
double scale_of(const std::string& name, const at::Tensor& shape) {
  double fan_in = 1;
  for (int64_t i = 1; i < shape.dim(); ++i) fan_in *= static_cast<double>(shape.size(i));
  for (const char* end : {"conv2.weight", "to_out.0.weight", "net.2.weight", "proj_out.weight", "out_proj.weight", "fc2.weight"})
    if (name.ends_with(end)) return 0.2 / std::sqrt(fan_in);
  if (name.find("embedding.weight") != std::string::npos) return 0.02;
  return 1 / std::sqrt(fan_in);
}

at::Tensor random_values(const std::string& name, const at::Tensor& shape, at::ScalarType dtype) {
  if (shape.dim() > 1) return (at::randn(shape.sizes()) * scale_of(name, shape)).to(dtype);
  return name.ends_with("weight") ? at::ones(shape.sizes(), dtype) : (at::randn(shape.sizes()) * 0.02).to(dtype);
}

StateDict random_weights(const torch::nn::Module& network, at::ScalarType dtype) {
  StateDict weights;
  for (const auto& item : network.named_parameters())
    weights.tensors.emplace(item.key(), random_values(item.key(), item.value(), dtype));
  return weights;
}

struct Sizes {
  UNetConfig unet;
  AutoencoderConfig autoencoder;
  std::vector<ClipTextConfig> text;
};

Sizes released(Version version) {
  return {released_unet(version), released_autoencoder(version), released_text_encoders(version)};
}

Sizes tiny() {
  Sizes sizes = released(Version::sd1);
  auto& unet = sizes.unet;
  unet.channels = {16, 32};
  unet.down_attention = {true, false};
  unet.up_attention = {false, true};
  unet.blocks = unet.transformer_layers = {1, 1};
  unet.heads = {2, 2};
  unet.context_width = 32;
  unet.groups = 8;
  sizes.autoencoder.channels = {8, 16, 16, 16};
  sizes.autoencoder.blocks = 1;
  sizes.autoencoder.groups = 4;
  auto& text = sizes.text.front();
  text.width = 32;
  text.layers = 2;
  text.heads = 4;
  text.hidden = 64;
  return sizes;
}

Checkpoint random_checkpoint(Version version, const Sizes& sizes, at::ScalarType dtype) {
  Checkpoint checkpoint;
  checkpoint.version = version;
  checkpoint.unet_config = sizes.unet;
  checkpoint.unet = random_weights(*UNet2DConditionModel(checkpoint.unet_config), dtype);
  if (!checkpoint.unet_config.linear_projection)
    for (auto& [name, tensor] : checkpoint.unet.tensors)
      if (name.ends_with("proj_in.weight") || name.ends_with("proj_out.weight")) tensor = tensor.unsqueeze(2).unsqueeze(3);
  checkpoint.autoencoder_config = sizes.autoencoder;
  checkpoint.autoencoder = random_weights(*AutoencoderKL(checkpoint.autoencoder_config), dtype);
  for (const auto& config : sizes.text) checkpoint.text.push_back({config, random_weights(*ClipText(config), dtype)});
  return checkpoint;
}

void make(const std::string& kind, const std::filesystem::path& target, const std::string& type) {
  const std::map<std::string, Version> versions = {{"sd1", Version::sd1},
                                                   {"sd2", Version::sd2},
                                                   {"xl", Version::sdxl},
                                                   {"refiner", Version::sdxl_refiner},
                                                   {"tiny", Version::sd1}};
  const std::map<std::string, at::ScalarType> types = {{"f16", at::kHalf}, {"f32", at::kFloat}, {"bf16", at::kBFloat16}};
  if (!versions.contains(kind) || !types.contains(type))
    throw Error(ErrorCategory::bad_argument, "known are sd1, sd2, xl, refiner and tiny, as f16, f32 or bf16");
  at::manual_seed(1);
  const auto checkpoint =
      random_checkpoint(versions.at(kind), kind == "tiny" ? tiny() : released(versions.at(kind)), types.at(type));
  target.extension() == ".safetensors" ? write_single_file(checkpoint, target) : write_diffusers_folder(checkpoint, target);
}

}  // namespace
}  // namespace inkstone::sd

int main(int count, char** arguments) {
  if (count < 3 || count > 4)
    return std::fputs("make_random_checkpoint sd1|sd2|xl|refiner|tiny TARGET [f16|f32|bf16]\n", stderr), 2;
  try {
    inkstone::start_compute(0);
    inkstone::sd::make(arguments[1], arguments[2], count > 3 ? arguments[3] : "f16");
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
  return 0;
}
