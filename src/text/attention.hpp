// Multi-head attention of the text encoders (Vaswani et al. 2017): softmax(Q K^T / sqrt(d) + mask) V in each head, the heads side
// by side.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone {

// All [N,L,heads*d]; mask, broadcast to [N,heads,L,L], is added to the scores, undefined: everything sees everything.
at::Tensor attention_of_heads(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values, std::int64_t heads,
                              const at::Tensor& mask);

}  // namespace inkstone
