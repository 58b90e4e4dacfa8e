// What the student is asked for at each supervised layer, all relative to the teacher's own energy.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone::perceptual {

// a, t [N,C,h,w]: student and teacher before the rectifier, in training units; importance [C] sums to C.
// Mean importance-weighted squared difference after a leaky rectifier over the same mean of the teacher's rectified
// features: the leak (slope 0.03) keeps a gradient in channels that the student has silent.
at::Tensor feature_loss(const at::Tensor& a, const at::Tensor& t, const at::Tensor& importance);

// ||G(f) - G(g)||^2 / ||G(g)||^2 averaged over pictures (the divisor at least a twentieth of their mean's), G = F F^T / (h w) of
// rectified features in VGG19's units; scale [C].
at::Tensor gram_loss(const at::Tensor& f, const at::Tensor& g, const at::Tensor& scale);

// [N,C,h,w] -> [N,C,C].
at::Tensor gram(const at::Tensor& f);

}  // namespace inkstone::perceptual
