// A StyleGAN2 that NVIDIA's training wrote as a model of ours, which paints, and can be trained on.
#pragma once

#include "tensor/state_dict.hpp"

namespace inkstone {

// The file is one that stylegan::is_official knows. Tensors "generator.*", and "discriminator.*" where it has them, with the
// description of a model. Throws corrupt_file, unsupported.
StateDict imported_stylegan(const StateDict& file);

}  // namespace inkstone
