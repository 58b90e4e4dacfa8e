// Folders as diffusers saves pipelines: model_index.json names the components, each a folder with config.json and weights.
#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// The folder or its model_index.json. Throws not_found, io, corrupt_file, unsupported (components of another kind).
Checkpoint load_diffusers_folder(const std::filesystem::path& path);

// config.json or another JSON file of a component. Throws not_found, io, corrupt_file.
nlohmann::json read_component_json(const std::filesystem::path& path);

// The weights of a component: <stem>.safetensors before <stem>.bin, whole before fp16 variants, one file before shards with an
// index. Throws not_found naming what was looked for.
StateDict read_component_weights(const std::filesystem::path& folder);

// scheduler_config.json.
SchedulerSettings scheduler_settings_of(const nlohmann::json& config, const std::string& origin);

}  // namespace inkstone::sd
