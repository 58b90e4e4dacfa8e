// What a network takes of memory.
#pragma once

#include <cstdint>

#include <torch/nn.h>

namespace inkstone::nn {

// Bytes of its parameters and buffers. Weights that packing keeps beside them do not count.
std::uint64_t bytes_of(const torch::nn::Module& network);

}  // namespace inkstone::nn
