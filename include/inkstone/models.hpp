// The models that Inkstone knows, and those on this machine: list, get, check, convert. Where they are kept and looked
// for is decided by INKSTONE_HOME, XDG_DATA_HOME and INKSTONE_MIRROR (docs/models.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "inkstone/observer.hpp"

namespace inkstone {

struct ModelFileInfo {
  std::string path;                  // in the model's folder
  std::vector<std::string> sources;  // https://, npm: or file://, tried in turn
  std::uint64_t bytes = 0;
  std::string sha256;  // or its first digits, where upstream publishes no more
};

struct ModelInfo {
  std::string name, purpose, licence, format, loader;
  std::uint64_t bytes = 0;  // all files
  bool present = false;     // every file is here
  std::filesystem::path
      path;  // where it is or will be: a file, or a folder of several; empty: in the program (loader "built-in")
  std::vector<ModelFileInfo> files;
};

struct ModelCheck {
  std::filesystem::path path;
  std::string model;    // empty: no model of the catalogue
  std::string verdict;  // "intact", "missing", "wrong size", "wrong sha256" or "not in the catalogue"
  std::string sha256;   // empty when missing or of the wrong size
  bool good = false;
};

// All four throw bad_argument when the user's catalogue.toml has a mistake; with a name, not_found and the nearest one, and where
// a file is asked for, bad_argument for what travels in the program.
std::vector<ModelInfo> list_models();
ModelInfo model_info(const std::string& name);
std::filesystem::path model_path(const std::string& name);  // not_found also when it has not been pulled
// Gets what is missing or damaged. Blocks; progress in bytes. Throws io (no network, disk full), corrupt_file,
// cancelled (what has come is kept).
void pull_model(const std::string& name, Observer& observer);

// Hashes the files of a catalogue name, or the one file at a path.
std::vector<ModelCheck> verify_model(const std::string& name_or_path);

// Any weight format to safetensors, the tensors and the text beside them unchanged; a diffusers folder of Stable Diffusion to one
// file in the original layout; any Stable Diffusion model to a diffusers folder, where target is no .safetensors file. source: a
// catalogue name or a path. dtype of float tensors: f32, f16, bf16, or empty: as they are. Throws not_found, corrupt_file,
// unsupported, io, and bad_argument for another dtype, or a target that is another kind of file or a folder that is not empty.
void convert_model(const std::string& source, const std::filesystem::path& target, const std::string& dtype = "");

// How many of so many pictures that a run paints lie suspiciously near to what it was trained on.
struct MemorisationFinding {
  std::int64_t samples = 0, copied = 0;
  std::string line;              // for a person: the finding, or why there is none
  std::filesystem::path folder;  // where memorisation.json and memorisation.png lie; empty where nothing was checked
};

// For a run of `inkstone train` or its model file: paints and looks for the training pictures, which its config names, and writes
// report and pairs into the folder. Anything else, and a run whose pictures are not at hand, gives a line that says so. Throws
// cancelled, io.
MemorisationFinding check_memorisation(const std::string& source, const std::filesystem::path& folder, std::int64_t samples,
                                       Observer& observer);

// Whether a source of convert_model is such a run or model file.
bool is_trained_here(const std::string& source);

// A direction of a StyleGAN's styles, found without labels: a dial of `inkstone paint --direction`.
struct StyleDirection {
  std::string name;      // "pca0": of the principal components, "sefa0": of what the weights of all layers answer to
  double deviation = 0;  // of random styles along it
  double share = 0;      // of their whole variance
};

// The file beside a model that holds its directions: MODEL.directions.safetensors, of a run's folder model.directions.safetensors
// there.
std::filesystem::path directions_path(const std::string& model);

// Computes a StyleGAN's directions and writes them to target, or beside the model where it is empty. Gives the first of either
// kind. Throws not_found, unsupported where it is no StyleGAN, io.
std::vector<StyleDirection> write_directions(const std::string& model, const std::filesystem::path& target = {});

}  // namespace inkstone
