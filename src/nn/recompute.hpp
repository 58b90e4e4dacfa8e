// Gradient checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost"): what a block computes on its way is
// forgotten, and computed again when the gradient comes back. A block then keeps what it was given alone, for the time of one
// more forward pass.
#pragma once

#include <functional>
#include <vector>

#include <torch/nn.h>

namespace inkstone::nn {

// A function of its inputs and of the leaves; it must give the same for the same, so it draws no random numbers.
using Block = std::function<at::Tensor(const std::vector<at::Tensor>& inputs)>;

// block(inputs), with the gradients that it has anyway, by inputs and leaves; in the precision of now, both times. leaves: every
// tensor that the block reads beside its inputs and that asks for a gradient. Without gradients it is block(inputs).
at::Tensor recomputed(const Block& block, const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& leaves);

// What of a module asks for gradients, the low-rank changes put on its layers too.
std::vector<at::Tensor> leaves_of(const torch::nn::Module& module);

}  // namespace inkstone::nn
