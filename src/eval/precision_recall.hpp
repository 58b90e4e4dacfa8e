// Quality and variety apart. Precision: the share of generated pictures that lie within the manifold of the real ones; recall:
// the share of real pictures within the manifold of the generated ones (Kynkaanniemi et al., NeurIPS 2019). Density and coverage
// are their forms that outliers do not spoil (Naeem et al., ICML 2020, "prdc"). A manifold is the union of balls around its
// samples that reach their k-th neighbour.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone {

// One number per picture; each metric is the mean of its own.
struct NeighbourhoodScores {
  at::Tensor precision;  // float64 [N of generated], 0 or 1
  at::Tensor density;    // float64 [N of generated]; the mean is about 1 where the sets are alike
  at::Tensor recall;     // float64 [N of real], 0 or 1
  at::Tensor coverage;   // float64 [N of real], 0 or 1
};

// real [N,D], generated [M,D]; k at least 1 and below N and M, else bad_argument. O(N M D) time; memory of a band of rows.
NeighbourhoodScores neighbourhood_scores(const at::Tensor& real, const at::Tensor& generated, int64_t k = 5);

// Distance of each row to its k-th nearest other row, float64 [N].
at::Tensor neighbour_radii(const at::Tensor& rows, int64_t k);

}  // namespace inkstone
