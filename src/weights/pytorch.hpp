// What torch.save writes, in its zip form (since 1.6) and the legacy one: a pickle that describes tensors, and their raw
// storages; and what pickle.dump makes of networks, as NVIDIA's StyleGANs come. Nothing in the pickle is run
// (weights/unpickler.hpp).
#pragma once

#include <filesystem>

#include "tensor/state_dict.hpp"
#include "weights/tensor_over.hpp"

namespace inkstone {

// Tensors under their dotted names: those of the dictionary under 'state_dict', 'params_ema', 'params' or 'model' where the file
// wraps one, else of the whole; numbers and texts beside them become metadata. A pickled torch.nn module gives its parameters and
// buffers, and what it was made with as metadata "<module>.init_kwargs.<name>" where it says so. Throws not_found, io,
// corrupt_file, unsupported (a pickle that imports anything else).
StateDict read_pytorch(const std::filesystem::path& path);
StateDict read_pytorch(Bytes bytes, const Owner& owner = nullptr);

}  // namespace inkstone
