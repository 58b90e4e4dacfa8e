// AdamW whose moments are kept in eight bits, block by block (Dettmers et al., ICLR 2022; kernels/adam_eight_bit.hpp): two bytes
// and a bit for a parameter where AdamW keeps eight. Small tensors (biases, norms) keep theirs in float32, as the paper's library
// does.
#pragma once

#include "train/optimizer.hpp"

namespace inkstone {

inline constexpr int64_t kSmallestInEightBits = 4096;  // numbers of a parameter

// States: exp_avg, exp_avg_sq of small parameters; exp_avg_codes, exp_avg_sq_codes uint8 [n] and exp_avg_scales,
// exp_avg_sq_scales float32 [blocks] of the others.
std::unique_ptr<Optimizer> make_eight_bit_adamw(std::vector<NamedParameter> parameters, const LoopOptions& options);

}  // namespace inkstone
