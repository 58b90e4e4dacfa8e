// The metrics that compare two sets of pictures as clouds of features: fid, kid, prdc, is, accuracy, classes, memorisation. What
// they share, the features of both sets, is computed at the first need.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/bootstrap.hpp"
#include "eval/evaluate.hpp"
#include "eval/extraction.hpp"
#include "eval/reference_statistics.hpp"

namespace inkstone {

class DistributionMetrics {
 public:
  // Keeps references to what it is given.
  DistributionMetrics(const Dataset& generated, const Dataset& reference, const FeatureExtractor& extractor,
                      const EvaluateOptions& options, Observer& observer);

  // One of the names above; prdc gives four values, classes two.
  std::vector<MetricValue> measure(const std::string& metric);

 private:
  std::vector<MetricValue> fid();
  void warn_of_few() const;
  std::vector<MetricValue> kid();
  std::vector<MetricValue> prdc();
  std::vector<MetricValue> is();
  std::vector<MetricValue> accuracy();
  std::vector<MetricValue> classes();
  std::vector<MetricValue> memorised();

  const Extraction& seen();
  const ReferenceStatistics& known();
  StatisticsKey key() const;
  std::optional<ReferenceStatistics> remembered();
  ReferenceStatistics computed();
  const at::Tensor& probabilities();
  bool asked_for(const char* metric) const;
  bool needs_reference_features() const;
  BootstrapOptions resampling(int64_t by_default) const;

  const Dataset &generated_, &reference_;
  const FeatureExtractor& extractor_;
  const EvaluateOptions& options_;
  Observer& observer_;
  std::optional<Extraction> seen_;
  std::optional<ReferenceStatistics> known_;
};

}  // namespace inkstone
