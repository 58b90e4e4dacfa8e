// Networks of layers that only run (nn/frozen.hpp), made to learn from nothing: the first stage of latent diffusion and its U-Net
// train under the names, and with the arithmetic, that published models are run by.
#pragma once

#include <torch/nn.h>

namespace inkstone::nn {

// Gives every frozen layer of the network float32 weights in memory of their own, drawn from torch's global generator as PyTorch
// starts its layers (uniform within 1 / sqrt(fan-in); norms 1 and 0), and asks for their gradients. What is not frozen stays.
void thaw(torch::nn::Module& network);

}  // namespace inkstone::nn
