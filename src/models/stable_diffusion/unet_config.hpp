// What a text-conditioned U-Net is made of, as the config.json of a diffusers folder says it (UNet2DConditionModel,
// ControlNetModel), held to what this program builds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace inkstone::sd {

enum class ClassEmbedding {
  none,
  lookup,      // a table of num_classes rows (the noise level of the x4 upscaler)
  timestep,    // a number, embedded as the time is
  projection,  // a vector of projection_width (unCLIP)
};

struct UNetConfig {
  int64_t in_channels = 4, out_channels = 4;  // in: 9 for inpainting, 8 for editing by instruction
  std::vector<int64_t> channels = {320, 640, 1280, 1280};
  std::vector<bool> down_attention = {true, true, true, false};  // cross attention at the level, on the way down
  std::vector<bool> up_attention = {false, true, true, true};    // on the way up, the deepest first
  std::vector<int64_t> blocks = {2, 2, 2, 2};                    // residual blocks to a level; one more on the way up
  std::vector<int64_t> transformer_layers = {1, 1, 1, 1};        // to a level
  std::vector<int64_t> heads = {8, 8, 8, 8};                     // to a level
  int64_t context_width = 768;
  bool linear_projection = false;  // how proj_in and proj_out are stored: [O,I], else [O,I,1,1]
  int64_t sample_size = 64;        // the side of the latents that it was trained on; 64: pictures of 512
  int64_t groups = 32;
  double eps = 1e-5;
  bool cosine_first = true;
  double frequency_shift = 0;

  ClassEmbedding class_embedding = ClassEmbedding::none;
  int64_t num_classes = 0;
  int64_t projection_width = 0;  // of the vector that class_embedding or the added embedding takes
  int64_t added_time_width = 0;  // of each number of time_ids; 0: no pooled text and sizes (XL has them)
  int64_t guidance_width = 0;    // of the embedded guidance scale that distilled networks take; 0: none

  int64_t levels() const { return static_cast<int64_t>(channels.size()); }
  int64_t time_width() const { return 4 * channels.front(); }
};

// Throws unsupported, naming the field, where the network would be another one than this program builds; corrupt_file where
// fields are missing, of another type or contradict one another. origin: the file, for messages.
UNetConfig unet_config_of(const nlohmann::json& config, const std::string& origin);

// The same back, as diffusers writes it.
nlohmann::json to_json(const UNetConfig& config);

}  // namespace inkstone::sd
