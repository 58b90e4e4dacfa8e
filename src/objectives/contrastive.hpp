// The contrastive objective that puts pictures and words into one space (Radford et al., "Learning transferable visual models
// from natural language supervision", ICML 2021, figure 3): symmetric InfoNCE (van den Oord et al. 2018) over the pairs of a
// batch.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::objectives {

// Row k of pictures and of texts, float32 [N,D] of length 1, are a pair; every other row is one that it must be told from. With
// the cosines s_ij of picture i and text j and scale (one value, 1/temperature): -1/(2N) sum_k [log softmax_j(scale s_kj)_k + log
// softmax_i(scale s_ik)_k]. A scalar; ln N where nothing is known.
at::Tensor contrastive_loss(const at::Tensor& pictures, const at::Tensor& texts, const at::Tensor& scale);

// Shares of rows whose own pair is the nearest of all, both ways.
struct Recall {
  double text_of_picture = 0, picture_of_text = 0;
};
Recall recall_at_1(const at::Tensor& pictures, const at::Tensor& texts);

}  // namespace inkstone::objectives
