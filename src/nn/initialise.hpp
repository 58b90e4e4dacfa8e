// Starting weights by published recipes, from one generator so that a seed names a network.
#pragma once

#include <ATen/core/Generator.h>
#include <c10/util/Optional.h>
#include <torch/nn.h>

namespace inkstone::nn {

// Radford et al., ICLR 2016: convolutions and linear layers N(0, deviation), norms' weights N(1, deviation), biases 0; embeddings
// keep their own. In order of the parameters' names; without a generator torch's global one is drawn from.
void initialise_dcgan(torch::nn::Module& network, c10::optional<at::Generator> generator = c10::nullopt, double deviation = 0.02);

}  // namespace inkstone::nn
