// What an autoencoder of latents is made of, as diffusers' config.json says it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace inkstone::sd {

struct AutoencoderConfig {
  int64_t in_channels = 3, out_channels = 3, latent_channels = 4;
  std::vector<int64_t> channels = {128, 256, 512, 512};
  int64_t blocks = 2;  // residual blocks to a level of the encoder; one more in the decoder
  int64_t groups = 32;
  double scaling_factor = 0.18215;  // latent = (mean - shift) * scaling
  double shift_factor = 0;
  bool quant_conv = true, post_quant_conv = true;  // the 1x1 convolutions between encoder, latent and decoder
  bool attention = true;                           // in the middle
  bool moments = true;                             // the encoder says mean and log-variance; false: the latent alone (VQModel)
  bool force_upcast = true;                        // float16 overflows in it

  int64_t downscale() const { return int64_t(1) << (channels.size() - 1); }  // 8: pixels of a side to one latent
};

// Throws unsupported, naming the field, where the network would be another one; corrupt_file.
AutoencoderConfig autoencoder_config_of(const nlohmann::json& config, const std::string& origin);
nlohmann::json to_json(const AutoencoderConfig& config);

}  // namespace inkstone::sd
