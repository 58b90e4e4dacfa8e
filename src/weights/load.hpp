// Every weight format behind one call: the content decides which reader runs, never the file's name alone.
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"

namespace inkstone {

// A file, or the JSON of a TensorFlow.js or raw manifest (or a folder that holds one).
// Throws not_found, io, corrupt_file, unsupported.
StateDict load_weights(const std::filesystem::path& path);

}  // namespace inkstone
