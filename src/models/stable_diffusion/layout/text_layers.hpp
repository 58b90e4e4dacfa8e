// OpenCLIP's ViT-H in SD 2.x is read one layer before its last. Original files hold all 24 layers; diffusers folders, and this
// program's checkpoints, 23.
#pragma once

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// Without the layer and the projection that are not used, where it is such an encoder.
void drop_unused_layer(TextEncoderPart& part);

// With a 24th layer again, which nothing depends on (the 23rd once more): other tools expect its names.
StateDict with_unused_layer(const TextEncoderPart& part);

}  // namespace inkstone::sd
