// The noise of a picture, by its seed alone: seed s gives the numbers that PyTorch's CPU generator gives, so that a seed means
// here what it means in other tools, and the size of a batch never changes picture k.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace inkstone {

at::Generator generator_of(uint64_t seed);

// Standard normal float32 [N, shape...] on the CPU, row k from a generator seeded with seeds[k].
at::Tensor latents_of(const std::vector<uint64_t>& seeds, at::IntArrayRef shape);

// A seed for one of many independent purposes: a mix of the numbers given (SplitMix64's finaliser, Steele et al. 2014).
uint64_t mix_seed(uint64_t a, uint64_t b, uint64_t c = 0);

}  // namespace inkstone
