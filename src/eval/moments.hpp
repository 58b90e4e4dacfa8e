// Mean and covariance of a stream of vectors in float64, batch by batch, without keeping the vectors. Parts counted apart can be
// merged, in any order. Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances"
// (1979).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone {

class Moments {
 public:
  Moments() = default;
  // As written down before: float64 [D] and [D,D] (divided by count - 1).
  Moments(int64_t count, at::Tensor mean, at::Tensor covariance);

  // rows [N,D] of any float dtype. Throws bad_argument where D differs from before or a number is not finite.
  void add(const at::Tensor& rows);
  void merge(const Moments& other);

  int64_t count() const { return count_; }
  const at::Tensor& mean() const { return mean_; }  // float64 [D]
  // float64 [D,D], divided by count - 1 as numpy.cov does. Throws bad_argument for fewer than two vectors.
  at::Tensor covariance() const;

 private:
  int64_t count_ = 0;
  at::Tensor mean_, scatter_;  // scatter: sum of (x - mean)(x - mean)^T
};

Moments moments_of(const at::Tensor& rows);

}  // namespace inkstone
