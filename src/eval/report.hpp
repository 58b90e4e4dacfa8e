// What was measured as JSON: values with their intervals, and everything that they depend on.
#pragma once

#include <string>
#include <vector>

#include "eval/evaluate.hpp"

namespace inkstone {

// {"features": ..., "generated": {...}, "reference": {...}, "metrics": [{"name","value","low","high","note"}, ...]}, indented by
// two.
std::string to_json(const std::vector<MetricValue>& values, const Dataset& generated, const Dataset& reference,
                    const FeatureExtractor& extractor, const EvaluateOptions& options);

}  // namespace inkstone
