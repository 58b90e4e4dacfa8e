// What private training has given away: the epsilon of (epsilon, delta)-differential privacy after so many steps of DP-SGD (Abadi
// et al., CCS 2016). Renyi divergence of the subsampled Gaussian mechanism, exact for integer and fractional orders (Mironov,
// Talwar and Zhang, "Renyi differential privacy of the sampled Gaussian mechanism", 2019), made into epsilon by the conversion of
// Balle et al. (AISTATS 2020, theorem 21).
#pragma once

#include <cstdint>
#include <vector>

namespace inkstone {

// Of one step: each record is in the batch with probability `rate` in (0,1], independently of the others, and the sum of vectors
// of norm 1 at most gets Gaussian noise of deviation `noise` > 0. Neighbours differ by one record added or removed. order > 1. In
// nats.
double renyi_divergence(double rate, double noise, double order);

class PrivacyAccountant {
 public:
  // Throws bad_argument for a rate outside (0,1] or noise that is not positive.
  PrivacyAccountant(double rate, double noise);

  // The least over the orders; 0 after no step. delta in (0,1).
  double epsilon(int64_t steps, double delta) const;

 private:
  std::vector<double> divergences_;  // of one step, by order
};

}  // namespace inkstone
