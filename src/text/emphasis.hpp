// How the weights of words change what a text encoder says of them.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

enum class Emphasis {
  restore_mean,  // z w, then scaled so that the mean of each chunk stays: what web UIs call original
  multiply,      // z w
  from_empty,    // z_empty + (z - z_empty) w: away from or towards what the encoder says of an empty prompt
};

// hidden float32 [N,L,C], weights float32 [N,L], empty [1,L,C] (for from_empty alone). Rows whose weights are all 1 stay bit for
// bit.
at::Tensor emphasised(const at::Tensor& hidden, const at::Tensor& weights, Emphasis emphasis, const at::Tensor& empty = {});

}  // namespace inkstone
