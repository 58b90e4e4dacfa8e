#include "eval/evaluate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "eval/distribution_metrics.hpp"
#include "eval/pair_metrics.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

MetricValue path_length_metric(const EvaluateOptions& options, Observer& observer) {
  if (!options.painter)
    throw Error(ErrorCategory::bad_argument,
                "ppl walks through a generator's latent space: it needs a model, not a folder of pictures");
  const bool embedded = !options.lpips;
  const auto distance = embedded ? make_perceptual_distance() : options.lpips;
  const auto found = perceptual_path_length(options.painter, options.latent_shape, distance,
                                            {.paths = options.paths, .seed = options.seed}, observer);
  const auto interval =
      bootstrap_mean(found.lengths, {.resamples = options.resamples < 0 ? 200 : options.resamples, .seed = options.seed});
  return {"ppl", found.mean, interval.low, interval.high,
          embedded ? "over the embedded network, not LPIPS: not comparable with published figures" : ""};
}

void check_metrics(const EvaluateOptions& options) {
  const auto& known = metric_names();
  if (options.metrics.empty()) throw Error(ErrorCategory::bad_argument, "no metrics are asked for; fid is a good first one");
  for (const auto& metric : options.metrics)
    if (std::find(known.begin(), known.end(), metric) == known.end())
      throw Error(ErrorCategory::bad_argument, fmt::format("there is no metric '{}'{}", metric, did_you_mean(metric, known)));
}

}  // namespace

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names = {"fid",          "kid",  "prdc", "is",         "accuracy", "classes",
                                                 "memorisation", "psnr", "ssim", "perceptual", "lpips",    "ppl"};
  return names;
}

std::vector<MetricValue> evaluate(const Dataset& generated, const Dataset& reference, const FeatureExtractor& extractor,
                                  const EvaluateOptions& options, Observer& observer) {
  check_metrics(options);
  DistributionMetrics distributions(generated, reference, extractor, options, observer);
  PairMetrics pairs(generated, reference, options, observer);
  std::vector<MetricValue> values;
  for (const auto& metric : options.metrics) {
    if (metric == "ppl") {
      values.push_back(path_length_metric(options, observer));
    } else {
      const auto found = PairMetrics::knows(metric) ? pairs.measure(metric) : distributions.measure(metric);
      values.insert(values.end(), found.begin(), found.end());
    }
  }
  return values;
}

}  // namespace inkstone
