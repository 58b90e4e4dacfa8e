#include "tensor/noise.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include "core/split_mix.hpp"

namespace inkstone {

at::Generator generator_of(uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

at::Tensor latents_of(const std::vector<uint64_t>& seeds, at::IntArrayRef shape) {
  std::vector<int64_t> row(shape.begin(), shape.end());
  row.insert(row.begin(), 1);
  std::vector<at::Tensor> rows;
  for (const uint64_t seed : seeds) rows.push_back(at::randn(row, generator_of(seed), at::kFloat));
  return at::cat(rows);
}

uint64_t mix_seed(uint64_t a, uint64_t b, uint64_t c) {
  return scrambled(scrambled(scrambled(a) + b) + c);
}

}  // namespace inkstone
