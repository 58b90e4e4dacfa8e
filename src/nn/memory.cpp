#include "nn/memory.hpp"

namespace inkstone::nn {

std::uint64_t bytes_of(const torch::nn::Module& network) {
  std::uint64_t bytes = 0;
  for (const auto& tensor : network.parameters()) bytes += tensor.nbytes();
  for (const auto& tensor : network.buffers()) bytes += tensor.nbytes();
  return bytes;
}

}  // namespace inkstone::nn
