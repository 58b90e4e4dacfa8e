// A checkpoint written for other tools: as a diffusers folder, or as one file in the original layout. The inverse of loading.
#pragma once

#include <filesystem>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// model_index.json, unet/, vae/, text_encoder(_2)/, tokenizer(_2)/, scheduler/, as StableDiffusionPipeline, its inpainting,
// editing and XL kin load them. The folder must not exist or be empty (else bad_argument). dtype of all float tensors; absent: as
// they are. Throws io.
void write_diffusers_folder(const Checkpoint& checkpoint, const std::filesystem::path& folder,
                            std::optional<at::ScalarType> dtype = {});

// One .safetensors file. Metadata of this program's own tells the sizes that the tensors do not.
void write_single_file(const Checkpoint& checkpoint, const std::filesystem::path& path, std::optional<at::ScalarType> dtype = {});

// What write_single_file writes.
StateDict to_original_layout(const Checkpoint& checkpoint, std::optional<at::ScalarType> dtype = {});

// scheduler_config.json, and the config.json of a text encoder.
nlohmann::json to_json(const SchedulerSettings& settings);
nlohmann::json to_json(const TextEncoderPart& part);

}  // namespace inkstone::sd
