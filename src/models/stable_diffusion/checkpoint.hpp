// A Stable Diffusion model as one value, whatever it lay in: a diffusers folder, or one file in the original layout. Tensors
// share the mapping of their files; the networks are built from them when they are needed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/stable_diffusion/autoencoder_config.hpp"
#include "models/stable_diffusion/autoencoder_kl.hpp"
#include "models/stable_diffusion/unet.hpp"
#include "models/stable_diffusion/unet_config.hpp"
#include "tensor/state_dict.hpp"
#include "text/clip_text_config.hpp"

namespace inkstone::sd {

enum class Version { sd1, sd2, sdxl, sdxl_refiner };

// What the U-Net takes besides the noisy latents: its input channels say so.
enum class Task {
  paint,     // 4 channels
  inpaint,   // 9: a mask and the masked picture
  instruct,  // 8: the picture to be edited (instruct-pix2pix)
  other,
};

// What the U-Net's output means.
enum class Prediction { epsilon, v, sample };

// How the model was trained to be sampled, in diffusers' terms.
struct SchedulerSettings {
  Prediction prediction = Prediction::epsilon;
  std::string beta_schedule = "scaled_linear";  // linear, scaled_linear, squaredcos_cap_v2
  double beta_first = 0.00085, beta_last = 0.012;
  int64_t train_steps = 1000;
  bool zero_terminal_snr = false;
  std::string solver;  // class name in a diffusers folder; empty in single files
  // Keys of scheduler_config.json that say how it samples; absent where the file does not say.
  std::optional<std::string> spacing;  // linspace, leading, trailing
  std::optional<std::string> algorithm_type, solver_type, final_sigmas_type;
  std::optional<int64_t> steps_offset, solver_order;
  std::optional<bool> set_alpha_to_one, use_karras_sigmas;
};

struct TextEncoderPart {
  ClipTextConfig config;
  StateDict weights;  // canonical names (text/clip_layout.hpp)
};

struct Checkpoint {
  std::filesystem::path path;
  Version version = Version::sd1;
  UNetConfig unet_config;
  StateDict unet;
  AutoencoderConfig autoencoder_config;
  StateDict autoencoder;  // empty where the file has none
  // In the order of their conditioning: one of SD 1 and 2; XL: ViT-L, then bigG; its refiner: bigG alone. Empty where the file
  // has none.
  std::vector<TextEncoderPart> text;
  SchedulerSettings scheduler;
  bool zeros_for_empty_prompt = false;  // XL base: an empty negative prompt is nought rather than encoded

  Task task() const;
  bool has_autoencoder() const { return !autoencoder.tensors.empty(); }
};

struct CheckpointOptions {
  std::optional<Prediction> prediction;  // instead of what the files say or their tensors suggest
  std::filesystem::path config;  // of a single file of unusual sizes: the config.json of its U-Net; else told from its tensors
};

// A diffusers folder (or its model_index.json), or a file .safetensors, .ckpt, .pt, .gguf in the original layout. Reads headers
// alone: tensors stay in their files until used. Throws not_found, io, corrupt_file, unsupported: a file without a U-Net, of a
// kind not built here.
Checkpoint load_checkpoint(const std::filesystem::path& path, const CheckpointOptions& options = {});

// Told from the width of a token and of the added embedding.
Version version_of(const UNetConfig& config);
const char* name_of(Version version);  // "Stable Diffusion 1.x", ...

// The networks, filled; dtype of matrices and kernels, absent: as in the file. Throw corrupt_file naming tensor and file:
// missing, left over, misshapen, NaN; not_found where the checkpoint has no autoencoder.
UNet2DConditionModel build_unet(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype = {});
AutoencoderKL build_autoencoder(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype = {});

}  // namespace inkstone::sd
