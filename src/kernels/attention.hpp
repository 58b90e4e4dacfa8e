// Attention without its matrix of scores (Dao et al. 2022): a few query rows at a time against blocks of keys, with the running
// maximum and sum of the softmax (Milakov and Gimelshein 2018), so that scores live and die in the cache. At 512x512 the first
// level of Stable Diffusion's U-Net would otherwise write and read 0.5 GB of them per layer.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::kernels {

// softmax(q k^T / sqrt(D)) v. q [N,heads,L,D]; k, v [N,heads,M,D]; bfloat16 or float32 on the CPU, no gradient. Any strides with
// the last dimension dense, so [N,L,heads,D] in memory needs no copy. Returns [N,heads,L,D], laid out as [N,L,heads,D].
//
// bfloat16: products of bfloat16, sums in float32, where the processor has them (has_fast_bfloat16) and D is even; else, and in
// float32, the same walk over query rows on ATen's products.
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);

}  // namespace inkstone::kernels
