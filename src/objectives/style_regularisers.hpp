// The two regularisers of StyleGAN2's game, which are differentiated once more to train: R1 keeps the discriminator flat at the
// data (Mescheder, Geiger and Nowozin, ICML 2018), the path length keeps the generator from stretching its space of styles
// (Karras et al. 2020).
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::objectives {

// |grad_x D(x)|^2 per picture, [N]. logits [N] of pictures x [N,C,H,W], a leaf that requires a gradient. The loss is gamma / 2 of
// its mean.
at::Tensor squared_gradient(const at::Tensor& logits, const at::Tensor& x);

// |J_w^T y| per picture, [N]: how far the picture G(w) moves with its style, along a random picture y: normal [N,C,H,W], scaled
// here by 1 / sqrt(H W). ws [N,styles,style]: the root of the squared length's mean over the layers.
at::Tensor path_lengths(const at::Tensor& pictures, const at::Tensor& ws, const at::Tensor& y);

}  // namespace inkstone::objectives
