#include "tensor/noise.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

namespace inkstone {
namespace {

uint64_t finalise(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

at::Generator generator_of(uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

at::Tensor latents_of(const std::vector<uint64_t>& seeds, at::IntArrayRef shape) {
  std::vector<int64_t> row(shape.begin(), shape.end());
  row.insert(row.begin(), 1);
  std::vector<at::Tensor> rows;
  for (const uint64_t seed : seeds) rows.push_back(at::randn(row, generator_of(seed), at::kFloat));
  return at::cat(rows);
}

uint64_t mix_seed(uint64_t a, uint64_t b, uint64_t c) {
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  return finalise(finalise(finalise(a + kGolden) + b + kGolden) + c + kGolden);
}

}  // namespace inkstone
