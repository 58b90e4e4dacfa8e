// The learning rate over a run, as a factor on its highest value: warm-up from 0, then constant, linear or cosine (Loshchilov and
// Hutter, "SGDR", ICLR 2017, without restarts).
#pragma once

#include <cstdint>
#include <string>

namespace inkstone {

struct Schedule {
  std::string kind = "constant";  // constant, linear, cosine
  int64_t warmup = 0;             // steps
  int64_t steps = 0;              // of the whole run; 0 where a run has no end: constant only
  double final_rate = 0;          // where linear and cosine end

  // For step 0, 1, ...; in [0, 1]. The first step of a warm-up of w steps has 1/w.
  double factor(int64_t step) const;
};

}  // namespace inkstone
