// A data set through a feature network, batch by batch: moments always, the features themselves where a metric needs each
// picture's.
#pragma once

#include <cstdint>
#include <string>

#include "data/dataset.hpp"
#include "eval/feature_extractor.hpp"
#include "eval/moments.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct ExtractionOptions {
  int64_t count = 0;  // pictures, drawn without replacement by seed; 0: all
  uint64_t seed = 0;
  int64_t batch = 50;
  bool keep_features = true;
  std::string stage = "features";  // in progress reports
};

struct Extraction {
  Moments moments;
  at::Tensor features;       // float32 [N,D]; undefined unless kept
  at::Tensor probabilities;  // float32 [N,classes]; undefined where the network gives none
  at::Tensor labels;         // int64 [N], -1 where there is none
};

// Pictures of one batch are loaded in parallel; pictures of several sizes are fine. Throws bad_argument for an empty data set or
// one with fewer pictures than asked for, cancelled when the observer asks to stop.
Extraction extract(const Dataset& pictures, const FeatureExtractor& extractor, const ExtractionOptions& options,
                   Observer& observer);

// Which pictures `count` and `seed` mean, ascending: int64 [count].
at::Tensor chosen_pictures(int64_t size, int64_t count, uint64_t seed);

}  // namespace inkstone
