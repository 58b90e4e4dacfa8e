// Raw manifests: manifest.json maps each variable to a shape and a file of little-endian float32 beside it. The form in
// which reiinakano/fast-style-transfer-deeplearnjs published its networks (checkpoints dumped for deeplearn.js).
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"

namespace inkstone {

// float32 tensors under the manifest's names, in its layout. Throws not_found (also for a missing variable file), io,
// corrupt_file.
StateDict read_raw_manifest(const std::filesystem::path& manifest_json);

}  // namespace inkstone
