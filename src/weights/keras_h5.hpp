// Keras weights in HDF5 (.h5, .hdf5): what model.save_weights and keras-applications write. Layout: root attribute
// layer_names, one group per layer with attribute weight_names; any other HDF5 file is walked for its datasets.
#pragma once

#include <filesystem>

#include "core/files.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Tensors under Keras' weight names ("block1_conv1/kernel:0" or "block1_conv1/block1_conv1_W_1:0") in the file's layout
// (kernels HWIO), or under their paths in the file: float32 (also from float16), float64, uint8, int8 to int64. Links to other
// files, soft links and loops are refused; a dataset may unpack to at most 4096 times its size on disk and 16 GiB in all.
// Throws not_found, io, corrupt_file, unsupported (forms that h5py writes only when asked to: weights/hdf5_file.hpp).
StateDict read_keras_h5(const std::filesystem::path& path);
StateDict read_keras_h5(Bytes file);

}  // namespace inkstone
