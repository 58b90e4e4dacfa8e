// TensorFlow.js models: model.json of a layers or graph model (or a bare weights_manifest.json) and its binary shards.
// Format: tensorflow/tfjs, tfjs-core/src/io/types.ts (WeightsManifestConfig).
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"

namespace inkstone {

// Tensors under the manifest's names and in its layout (convolution kernels HWIO), as float32, int32, bool or uint8;
// quantised ones (uint8, uint16, float16) are expanded to the dtype that the manifest names. metadata: what the
// converter wrote ("format", "generatedBy", "convertedBy"). A group none of whose shards is there is left out, as in
// networks published cut after a layer, and counted in metadata "groups_left_out". Throws not_found (some shards of a
// group are missing, or all of the file), io, corrupt_file, unsupported (string and complex tensors).
StateDict read_tfjs(const std::filesystem::path& model_json);

}  // namespace inkstone
