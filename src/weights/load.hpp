// Every weight format behind one call: the content decides which reader runs, never the file's name alone.
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"

namespace inkstone {

// A file, the JSON of a TensorFlow.js or raw manifest, the .index of a TensorFlow checkpoint; or a folder that holds one of these
// or the model.safetensors of a training run. Throws not_found, io, corrupt_file, unsupported.
StateDict load_weights(const std::filesystem::path& path);

}  // namespace inkstone
