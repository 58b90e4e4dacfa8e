// Kernel distance between two sets of features (KID): the squared maximum mean discrepancy under a polynomial kernel, without
// bias in the number of pictures. Binkowski et al., "Demystifying MMD GANs" (ICLR 2018); Gretton et al., JMLR 13 (2012),
// equation 3.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "eval/bootstrap.hpp"

namespace inkstone {

struct KernelDistanceOptions {
  int64_t subsets = 100;
  int64_t subset_size = 1000;  // at most the number of pictures on either side
  double degree = 3;
  double coefficient = 1;
  uint64_t seed = 0;
};

struct KernelDistance {
  double mean = 0;       // over subsets; may be slightly negative, as an unbiased estimate of a number near 0 must
  double deviation = 0;  // of one subset from the mean
  Interval interval;     // 95%, of the mean if all pictures were drawn anew
};

// x [N,D], y [M,D] -> MMD^2 under k(a,b) = (a.b / D + coefficient)^degree, its unbiased estimate; in float64.
double polynomial_mmd(const at::Tensor& x, const at::Tensor& y, double degree = 3, double coefficient = 1);

// The mean of polynomial_mmd over random subsets without replacement. Throws bad_argument for fewer than two pictures on a side.
KernelDistance kernel_distance(const at::Tensor& generated, const at::Tensor& reference, const KernelDistanceOptions& options);

}  // namespace inkstone
