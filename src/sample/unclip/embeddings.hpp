// Arithmetic on the embeddings of pictures (Ramesh et al. 2022, section 3): what lies between two pictures, and a picture changed
// as words say.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::unclip {

// Along the great circle from a to b, float [1,D] each; t: 0 is a, 1 is b.
at::Tensor embedding_between(const at::Tensor& a, const at::Tensor& b, double t);

// picture turned towards the direction in which `to` differs from `from`, all float [1,D]; amount: 0 leaves it, 1 turns it all
// the way, so that nothing of it is left. Throws bad_argument where the words say the same.
at::Tensor embedding_changed(const at::Tensor& picture, const at::Tensor& from, const at::Tensor& to, double amount);

}  // namespace inkstone::unclip
