// The metrics that compare picture k with picture k: psnr, ssim, perceptual, lpips. For reconstructions, restoration and
// compression; they say nothing about pictures that were painted freely.
#pragma once

#include <string>
#include <vector>

#include "eval/evaluate.hpp"

namespace inkstone {

class PairMetrics {
 public:
  // Keeps references to what it is given.
  PairMetrics(const Dataset& pictures, const Dataset& originals, const EvaluateOptions& options, Observer& observer);

  static bool knows(const std::string& metric);
  // The mean over pairs.
  std::vector<MetricValue> measure(const std::string& metric);

 private:
  // uint8 [1,C,H,W] each -> [1]
  PairDistance distance_of(const std::string& metric) const;
  int64_t pairs() const;

  const Dataset &pictures_, &originals_;
  const EvaluateOptions& options_;
  Observer& observer_;
};

}  // namespace inkstone
