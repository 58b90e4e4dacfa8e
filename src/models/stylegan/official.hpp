// StyleGAN2 networks that NVIDIA's training wrote (network-snapshot-*.pkl), read by the restricted pickle reader: the tensors say
// what the network is made of, plain settings the rest; the source text in the file is never looked at.
#pragma once

#include <optional>
#include <string>

#include "models/stylegan/config.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone::stylegan {

// True where the file holds a generator of the kind: "G_ema", or "G" alone.
bool is_official(const StateDict& file);

struct OfficialNetworks {
  Config config;
  StateDict generator;                     // tensors by the names of Generator, float32; filters left out
  std::optional<StateDict> discriminator;  // of Discriminator
};

// The averaged generator where there is one, and the discriminator where the file has it. Throws corrupt_file where tensors are
// missing or contradict each other, unsupported for a network that is built otherwise (StyleGAN3, filters that are not
// separable).
OfficialNetworks official_networks(const StateDict& file);

}  // namespace inkstone::stylegan
