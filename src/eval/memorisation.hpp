// Has a model learned its pictures by heart? A sample is a likely copy where it lies nearer to a training picture than pictures
// do that nobody copied: held-out ones to the training pictures, or the training pictures to one another (after Somepalli et al.,
// CVPR 2023, and Carlini et al., USENIX Security 2023, who compare with the distances to other training pictures).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct Memorisation {
  at::Tensor distances;  // float64 [N], of each sample to its nearest training picture
  at::Tensor nearest;    // int64 [N], which that is
  at::Tensor copied;     // bool [N]: nearer than the threshold
  double threshold = 0;
  double share = 0;            // of the samples that are copied
  int64_t references = 0;      // distances that the threshold is derived from
  bool from_held_out = false;  // else from the training pictures themselves, each to its nearest other
};

// Features of samples [N,D], training pictures [M,D], and held-out pictures [H,D] or undefined. The threshold is this quantile of
// the references' distances: of a hundred pictures that nobody copied about one lies nearer. Throws bad_argument: no pictures, or
// a single training picture and none held out.
Memorisation memorisation(const at::Tensor& samples, const at::Tensor& training, const at::Tensor& held_out = {},
                          double quantile = 0.01);

}  // namespace inkstone
