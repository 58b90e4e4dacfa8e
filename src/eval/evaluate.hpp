// How good generated pictures are, in numbers with their uncertainty: one call for all metrics, which share one pass over the
// pictures. docs/measuring.md says what each metric can tell and what not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "eval/feature_extractor.hpp"
#include "eval/path_length.hpp"
#include "eval/perceptual_distance.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct MetricValue {
  std::string name;
  double value = 0;
  double low = 0,
         high =
             0;  // 95% interval over the draw of the pictures, the reference taken as given; both equal value where there is none
  std::string note;  // in plain words, where the figure should be read with care; else empty
};

struct EvaluateOptions {
  // fid, kid, prdc (precision, recall, density, coverage), is, accuracy, classes, memorisation; of pairs of pictures: psnr, ssim,
  // perceptual, lpips; of a generator: ppl.
  std::vector<std::string> metrics = {"fid", "kid", "prdc"};

  int64_t samples = 0;            // generated pictures; 0: all
  int64_t reference_samples = 0;  // of the reference; 0: all
  int64_t batch = 50;
  uint64_t seed = 0;

  int64_t neighbours = 5;                     // of prdc; Kynkaanniemi et al. use 3
  int64_t splits = 10;                        // of is
  int64_t subsets = 100, subset_size = 1000;  // of kid
  int64_t resamples = -1;  // of the bootstrap; -1: 200, and 10 for FID over more than 512 features; 0: no intervals

  // Where the reference's statistics are kept between runs; empty: nowhere. They are found again by these names, the extractor's
  // and a fingerprint of the pictures.
  std::filesystem::path cache;
  std::string reference_name, reference_split;

  PairDistance
      lpips;  // for lpips, from make_lpips; for ppl as well, which takes the embedded network's distance where it is absent
  LatentPainter painter;  // for ppl
  std::vector<int64_t> latent_shape;
  int64_t paths = 1000;
};

// Every name that EvaluateOptions::metrics takes.
const std::vector<std::string>& metric_names();

// In the order of options.metrics. Metrics of pairs compare generated picture k with picture k of the reference.
// Throws bad_argument: unknown metrics, no pictures, sizes or counts that do not pair, a painter or labels that are missing;
// unsupported: lpips without its weights; cancelled.
std::vector<MetricValue> evaluate(const Dataset& generated, const Dataset& reference, const FeatureExtractor& extractor,
                                  const EvaluateOptions& options, Observer& observer);

}  // namespace inkstone
