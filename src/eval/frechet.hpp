// Frechet distance between two Gaussians; over Inception features of two sets of pictures it is FID. Heusel et al., "GANs
// trained by a two time-scale update rule converge to a local Nash equilibrium" (NeurIPS 2017); Dowson and Landau, J.
// Multivariate Analysis 12 (1982).
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "eval/moments.hpp"

namespace inkstone {

struct FrechetDistance {
  double distance = 0;  // never negative
  std::string warning;  // in plain words, where the figure should not be trusted as it stands; else empty
};

// What to say of a distance from so few pictures; empty where they are enough for so many features.
std::string too_few_pictures(int64_t fewest, int64_t features);

// Symmetric positive semidefinite square root with R R = matrix, float64 [D,D]; eigenvalues that rounding made negative count as
// 0. Throws bad_argument when the matrix is not symmetric or clearly not semidefinite, or when R R strays from it by more than
// 1e-6.
at::Tensor square_root(const at::Tensor& matrix);

// Half of the distance that stays the same while one side is compared with many: the bootstrap's.
class FrechetReference {
 public:
  explicit FrechetReference(const Moments& moments);

  // |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). The trace of the last root is that of (R C2 R)^(1/2) with R = C1^(1/2), which
  // is symmetric: its eigenvalues are real by construction, where a general square root of C1 C2 turns complex when a covariance
  // is singular.
  FrechetDistance to(const Moments& moments) const;

 private:
  int64_t count_;
  at::Tensor mean_, covariance_, root_;
};

FrechetDistance frechet_distance(const Moments& a, const Moments& b);

}  // namespace inkstone
