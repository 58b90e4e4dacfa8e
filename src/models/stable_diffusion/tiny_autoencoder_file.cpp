#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/layout/name_map.hpp"
#include "models/stable_diffusion/tiny_autoencoder.hpp"
#include "nn/fill.hpp"
#include "weights/load.hpp"

namespace inkstone::sd {
namespace fs = std::filesystem;
namespace {

// "1.conv.0.weight" -> "layers.1.conv.0.weight", the number less `offset`.
StateDict numbered_layers(const StateDict& half, int64_t offset) {
  StateDict result;
  for (const auto& [name, tensor] : half.tensors) {
    const auto dot = name.find('.');
    if (dot == 0 || dot == std::string::npos || name.find_first_not_of("0123456789") != dot || dot > 6)
      throw Error(ErrorCategory::corrupt_file, fmt::format("tensor '{}' is none of a tiny autoencoder", name));
    const int64_t number = std::stol(name.substr(0, dot)) - offset;
    result.tensors.emplace(fmt::format("layers.{}{}", number, name.substr(dot)), tensor);
  }
  return result;
}

// The original decoder opens with a clamp, which diffusers does not number.
StateDict joined_halves(const StateDict& encoder, const StateDict& decoder) {
  StateDict result;
  add_part(result, "encoder.", numbered_layers(encoder, 0));
  add_part(result, "decoder.", numbered_layers(decoder, 1));
  return result;
}

StateDict other_half(const fs::path& path, const std::string& from, const std::string& to) {
  auto name = path.filename().string();
  const auto place = name.rfind(from);
  if (place == std::string::npos)
    throw Error(
        ErrorCategory::unsupported,
        fmt::format("{} is half of an autoencoder; name it ..._encoder or ..._decoder with the other beside it", path.string()));
  return load_weights(path.parent_path() / name.replace(place, from.size(), to));
}

StateDict read_halves(const fs::path& path, const StateDict& file) {
  if (file.contains("encoder.layers.0.weight")) return file;
  if (file.contains("encoder.0.weight")) return joined_halves(part_of(file, "encoder."), part_of(file, "decoder."));
  if (file.contains("0.weight")) return joined_halves(file, other_half(path, "encoder", "decoder"));
  if (file.contains("1.weight")) return joined_halves(other_half(path, "decoder", "encoder"), file);
  throw Error(ErrorCategory::unsupported, fmt::format("{} is no tiny autoencoder of the TAESD family", path.string()));
}

struct Levels {
  std::vector<int64_t> channels, blocks;
  int64_t last_out = 0;
  bool pooled = false;
};

// Convolutions begin levels on the way in and end them on the way out; blocks stand between.
Levels levels_of(const StateDict& half) {
  Levels levels{{}, {0}, 0, false};
  for (int64_t i = 0; i < 256; ++i) {
    if (half.contains(fmt::format("layers.{}.conv.0.weight", i))) {
      ++levels.blocks.back();
      levels.pooled |= half.contains(fmt::format("layers.{}.pool.0.weight", i));
    } else if (half.contains(fmt::format("layers.{}.weight", i))) {
      const auto& weight = half.at(fmt::format("layers.{}.weight", i), {-1, -1, 3, 3});
      levels.channels.push_back(weight.size(1));
      levels.last_out = weight.size(0);
      levels.blocks.push_back(0);
    }
  }
  if (levels.channels.size() < 3)
    throw Error(ErrorCategory::corrupt_file, "the tiny autoencoder's layers are incomplete; get the file again");
  return levels;
}

}  // namespace

TinyAutoencoderConfig recognise_tiny_autoencoder(const StateDict& weights) {
  const auto in = levels_of(part_of(weights, "encoder.")), out = levels_of(part_of(weights, "decoder."));
  TinyAutoencoderConfig config;
  config.in_channels = in.channels.front();
  config.out_channels = out.last_out;
  config.latent_channels = in.last_out;
  config.pooled = in.pooled;
  config.encoder_channels.assign(in.channels.begin() + 1, in.channels.end());
  config.encoder_blocks.assign(in.blocks.begin() + 1, in.blocks.end() - 1);
  config.decoder_channels.assign(out.channels.begin() + 1, out.channels.end());
  config.decoder_blocks.assign(out.blocks.begin() + 1, out.blocks.end() - 1);
  return config;
}

TinyAutoencoder load_tiny_autoencoder(const fs::path& path, std::optional<at::ScalarType> dtype) {
  const bool folder = fs::is_directory(path);
  const auto weights = folder ? read_component_weights(path) : read_halves(path, load_weights(path));
  TinyAutoencoder autoencoder(recognise_tiny_autoencoder(weights));
  nn::fill(*autoencoder, weights, {dtype, path.string()});
  return autoencoder;
}

}  // namespace inkstone::sd
