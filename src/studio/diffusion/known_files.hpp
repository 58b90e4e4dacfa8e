// Files that a request reaches by name, and how a recipe remembers them: which option took them, under which name, and their
// sha256.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/paint_request.hpp"
#include "studio/recipe.hpp"

namespace inkstone::studio {

// One picture of a request: its prompts with nothing left to draw, and its seed.
struct PictureOrder {
  std::string prompt, negative_prompt;
  uint64_t seed = 0;
  bool operator==(const PictureOrder&) const = default;
};

// What a recipe tells that a request cannot: empty for a request that somebody made.
struct KnownFiles {
  std::map<std::string, std::filesystem::path> adapters, embeddings;  // by the names that prompts call them by
  bool resolved = false;               // the prompts have been drawn: what looks like a lot is text
  std::vector<PictureOrder> orders;    // of a grid of several prompts
  std::optional<std::size_t> picture;  // the frame of a walk that is wanted
};

// A file or folder of weights in use.
struct UsedFile {
  std::string option;  // "lora", "embedding", "vae", "taesd", "control-net"
  std::string name;    // in the prompt; of an option, its place in a list: "0"
  std::filesystem::path path;
};

// The file that stands for a network: itself, or the weights in a diffusers folder. Throws not_found.
std::filesystem::path weights_in(const std::filesystem::path& path);

// {"option","name","file","sha256","folder"}.
nlohmann::json record_of(const UsedFile& file, const std::string& sha256);

// Puts what the search finds into request and result. Throws not_found naming the file that is missing, corrupt_file.
KnownFiles restore_files(PaintRequest& request, const nlohmann::json& recipe, ParentSearch& search);

// Files of networks in a folder and the folders below it, in order; none where there is no folder.
std::vector<std::filesystem::path> networks_in(const std::filesystem::path& folder);

// The file of this name in a folder of networks (name.safetensors, .pt, .ckpt, .bin, also in folders below). Throws not_found
// with the nearest name; option: the flag that names the folder.
std::filesystem::path find_network(const std::string& folder, const std::string& name, const char* what, const char* option);

}  // namespace inkstone::studio
