// Inception score: how sure a classifier is of each picture and how evenly the classes occur. Salimans et al., "Improved
// techniques for training GANs" (NeurIPS 2016).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct InceptionScore {
  double mean = 0;       // over splits; from 1 to the number of classes
  double deviation = 0;  // between splits
};

// exp(E_x KL(p(y|x) || p(y))) in each of `splits` consecutive parts. probabilities [N,classes], rows sum to 1; in float64.
// Throws bad_argument for fewer pictures than splits.
InceptionScore inception_score(const at::Tensor& probabilities, int64_t splits = 10);

// Shannon entropy of the mean row, as a share of that of equal classes: 1 where every class occurs alike, 0 where one does.
double class_balance(const at::Tensor& probabilities);

}  // namespace inkstone
