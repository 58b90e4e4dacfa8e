// A trained network as a file: model.safetensors, the weights that paint with what is needed to build the network again.
#pragma once

#include <filesystem>
#include <string>

#include "tensor/state_dict.hpp"
#include "train/family.hpp"

namespace inkstone {

// What a model file says of itself, in its metadata.
struct ModelDescription {
  std::string family;   // "inkstone.family"
  std::string options;  // "inkstone.options": JSON of the family's options
  PictureShape shape;   // "inkstone.shape": JSON
};

void describe(StateDict& state, const ModelDescription& description);
// Throws corrupt_file when the file does not say, or says nonsense, unsupported where it is of another version's format.
ModelDescription description_of(const StateDict& state);

// Tensors "<prefix><network>.<parameter>" of the networks that paint (all: of every network).
void collect_weights(StateDict& into, const std::vector<Network>& networks, bool all = false, const std::string& prefix = "");

// Fills the networks that are there. Throws corrupt_file naming the tensor that is missing or misshapen.
void fill_weights(const std::vector<Network>& networks, const StateDict& from, bool all = false, const std::string& prefix = "");

// For fine-tuning: copies what has the same name and shape, and returns how many tensors did; a label table of another size stays
// new.
std::size_t fill_matching(const std::vector<Network>& networks, const StateDict& from);

// A model or RUN folder or a checkpoint, as a model: of a run, model.safetensors, else the newest checkpoint's averaged weights.
// Throws not_found, corrupt_file.
StateDict read_model(const std::filesystem::path& path);

// The newest checkpoint of a run that has no model.safetensors yet. Throws not_found.
std::filesystem::path newest_checkpoint(const std::filesystem::path& run);

}  // namespace inkstone
