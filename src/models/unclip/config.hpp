// What the parts of an unCLIP model are made of (Ramesh et al. 2022; the published layout is Karlo's, Lee et al. 2022), as the
// config.json of each folder says it, held to what this program builds. Every reader throws unsupported, naming the field, where
// the part would be another one than is built; corrupt_file where fields are missing, of another type or contradict one another.
// origin: the file, for messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace inkstone::unclip {

// PriorTransformer: words -> embedding of a picture.
struct PriorConfig {
  int64_t heads = 32, head_width = 64, layers = 20;
  int64_t embedding = 768;  // of words and of pictures
  int64_t words = 77;       // tokens at most

  int64_t width() const { return heads * head_width; }
};
PriorConfig prior_config_of(const nlohmann::json& config, const std::string& origin);

// UnCLIPTextProjModel: embeddings -> what the decoder is told.
struct ProjectionConfig {
  int64_t tokens = 4;  // of context that the picture's embedding becomes
  int64_t embedding = 768, time_width = 1280, context_width = 1536;
};
ProjectionConfig projection_config_of(const nlohmann::json& config, const std::string& origin);

// What the lowest level attends to.
enum class MiddleAttention { none, pixels, words };

// The decoder (UNet2DConditionModel) and the up-samplers (UNet2DModel), which are one network with and without words.
struct PixelUNetConfig {
  int64_t in_channels = 3, out_channels = 6;  // out: twice the picture's where the variance is learned
  std::vector<int64_t> channels;
  std::vector<int64_t> blocks;                     // residual blocks to a level; one more on the way up
  std::vector<bool> down_attention, up_attention;  // to the words, at the level; on the way up the deepest first
  std::vector<int64_t> head_widths;                // to a level
  MiddleAttention middle = MiddleAttention::none;
  int64_t context_width = 0;  // 0: takes no words
  bool told = false;          // takes a vector besides the time
  int64_t groups = 32;
  double eps = 1e-5;
  bool cosine_first = true;
  double frequency_shift = 0;
  int64_t side = 64;  // pixels

  int64_t levels() const { return static_cast<int64_t>(channels.size()); }
  int64_t time_width() const { return 4 * channels.front(); }
};
PixelUNetConfig decoder_config_of(const nlohmann::json& config, const std::string& origin);
PixelUNetConfig upsampler_config_of(const nlohmann::json& config, const std::string& origin);

// UnCLIPScheduler: how a network's output becomes the next step.
struct ScheduleConfig {
  int64_t train_steps = 1000;
  bool learned_variance = false;  // between the two bounds of Nichol and Dhariwal 2021, else the lower one
  bool predicts_sample = false;   // else noise
  std::optional<double> clip;     // the estimate stays within -clip to clip
};
ScheduleConfig schedule_config_of(const nlohmann::json& config, const std::string& origin);

}  // namespace inkstone::unclip
