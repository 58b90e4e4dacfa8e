// Writes small networks of random weights that go with a checkpoint, or do not: make_networks KIND CHECKPOINT TARGET, for tests
// of the command line. KIND: lora, lora-of-another, embedding, embedding-of-another, control, control-of-another, adapter, tiny,
// autoencoder, nan.
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include <ATen/ATen.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "models/stable_diffusion/autoencoder_kl.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "models/stable_diffusion/control_net.hpp"
#include "models/stable_diffusion/export.hpp"
#include "models/stable_diffusion/t2i_adapter.hpp"
#include "models/stable_diffusion/tiny_autoencoder.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::sd {
namespace {

namespace fs = std::filesystem;

at::Tensor random_tensor(at::IntArrayRef shape) {
  if (shape.size() < 2) return at::ones(shape) + at::randn(shape) * 0.02;
  double fan_in = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) fan_in *= double(shape[i]);
  return at::randn(shape) / std::sqrt(fan_in);
}

StateDict random_network(const torch::nn::Module& network) {
  StateDict weights;
  for (const auto& item : network.named_parameters()) weights.tensors.emplace(item.key(), random_tensor(item.value().sizes()));
  return weights;
}

void write_json(const fs::path& path, const nlohmann::json& json) {
  std::ofstream(path) << json.dump();
}

StateDict lora(const std::string& layer, int64_t in, int64_t out) {
  StateDict weights;
  weights.tensors["lora_unet_" + layer + ".lora_down.weight"] = at::randn({4, in}) * 0.5;
  weights.tensors["lora_unet_" + layer + ".lora_up.weight"] = at::randn({out, 4}) * 0.5;
  weights.tensors["lora_unet_" + layer + ".alpha"] = at::scalar_tensor(4.0);
  return weights;
}

void write_control(const Checkpoint& checkpoint, int64_t context_width, const fs::path& target) {
  ControlNetConfig config;
  config.unet = checkpoint.unet_config;
  config.unet.context_width = context_width;
  config.embedding_channels = {4, 8, 8, 8};
  fs::create_directories(target);
  auto json = to_json(config.unet);
  json["conditioning_embedding_out_channels"] = config.embedding_channels;
  write_json(target / "config.json", json);
  write_safetensors(target / "diffusion_pytorch_model.safetensors", random_network(*ControlNetModel(config)));
}

void write_adapter(const Checkpoint& checkpoint, const fs::path& target) {
  T2IAdapterConfig config;
  config.channels = checkpoint.unet_config.channels;
  config.blocks = 1;
  fs::create_directories(target);
  write_json(target / "config.json", {{"_class_name", "T2IAdapter"},
                                      {"channels", config.channels},
                                      {"num_res_blocks", 1},
                                      {"downscale_factor", 8},
                                      {"in_channels", 3}});
  write_safetensors(target / "diffusion_pytorch_model.safetensors", random_network(*T2IAdapter(config)));
}

void write_autoencoder(const Checkpoint& checkpoint, const fs::path& target) {
  fs::create_directories(target);
  write_json(target / "config.json", to_json(checkpoint.autoencoder_config));
  write_safetensors(target / "diffusion_pytorch_model.safetensors",
                    random_network(*AutoencoderKL(checkpoint.autoencoder_config)));
}

TinyAutoencoderConfig small_tiny() {
  TinyAutoencoderConfig config;
  config.encoder_channels = config.decoder_channels = {8, 8, 8, 8};
  config.encoder_blocks = config.decoder_blocks = {1, 1, 1, 1};
  return config;
}

void write_damaged(Checkpoint checkpoint, const fs::path& target) {
  auto& weight = checkpoint.unet.tensors.at("conv_in.weight");
  weight = weight.clone();
  weight.view({-1})[0] = std::nan("");
  write_single_file(checkpoint, target);
}

void make(const std::string& kind, const fs::path& from, const fs::path& target) {
  const auto checkpoint = load_checkpoint(from);
  const int64_t width = checkpoint.unet_config.channels.front(), text = checkpoint.unet_config.context_width;
  const std::string query = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const std::map<std::string, std::function<void()>> kinds = {
      {"lora", [&] { write_safetensors(target, lora(query, width, width)); }},
      {"lora-of-another", [&] { write_safetensors(target, lora(query, 2 * width, 2 * width)); }},
      {"embedding",
       [&] {
         write_safetensors(target, {{{"emb_params", at::randn({2, text})}}, {}});
       }},
      {"embedding-of-another",
       [&] {
         write_safetensors(target, {{{"emb_params", at::randn({2, text + 8})}}, {}});
       }},
      {"control", [&] { write_control(checkpoint, text, target); }},
      {"control-of-another", [&] { write_control(checkpoint, text + 8, target); }},
      {"adapter", [&] { write_adapter(checkpoint, target); }},
      {"tiny", [&] { write_safetensors(target, random_network(*TinyAutoencoder(small_tiny()))); }},
      {"autoencoder", [&] { write_autoencoder(checkpoint, target); }},
      {"nan", [&] { write_damaged(checkpoint, target); }}};
  at::manual_seed(2);
  kinds.at(kind)();
}

}  // namespace
}  // namespace inkstone::sd

int main(int count, char** arguments) {
  if (count != 4) return std::fputs("make_networks KIND CHECKPOINT TARGET\n", stderr), 2;
  try {
    inkstone::sd::make(arguments[1], arguments[2], arguments[3]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
  return 0;
}
