#include "eval/distribution_metrics.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "eval/fingerprint.hpp"
#include "eval/frechet.hpp"
#include "eval/inception_score.hpp"
#include "eval/kernel_distance.hpp"
#include "eval/memorisation.hpp"
#include "eval/precision_recall.hpp"
#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr int64_t kResamples = 200, kResamplesOfWideFid = 10, kWide = 512;

MetricValue with_interval(const char* name, double value, const Interval& interval, std::string note = {}) {
  return {name, value, interval.low, interval.high, std::move(note)};
}

}  // namespace

DistributionMetrics::DistributionMetrics(const Dataset& generated, const Dataset& reference, const FeatureExtractor& extractor,
                                         const EvaluateOptions& options, Observer& observer)
    : generated_(generated), reference_(reference), extractor_(extractor), options_(options), observer_(observer) {}

std::vector<MetricValue> DistributionMetrics::measure(const std::string& metric) {
  if (metric == "fid") return fid();
  if (metric == "kid") return kid();
  if (metric == "prdc") return prdc();
  if (metric == "is") return is();
  if (metric == "accuracy") return accuracy();
  if (metric == "memorisation") return memorised();
  return classes();
}

std::vector<MetricValue> DistributionMetrics::fid() {
  warn_of_few();
  const FrechetReference reference(known().moments);
  const auto found = reference.to(seen().moments);
  const auto options = resampling(extractor_.dimension() > kWide ? kResamplesOfWideFid : kResamples);
  const auto resampled = [&](const at::Tensor& picked) {
    if (observer_.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while resampling FID");
    return reference.to(moments_of(seen().features.index_select(0, picked))).distance;
  };
  return {
      with_interval("fid", found.distance, bootstrap(seen().moments.count(), found.distance, options, resampled), found.warning)};
}

// Many features are minutes of looking, so it is said before.
void DistributionMetrics::warn_of_few() const {
  const auto looked_at = [](const Dataset& pictures, int64_t asked) {
    return asked > 0 ? std::min(asked, pictures.size()) : pictures.size();
  };
  const auto fewest = std::min(looked_at(generated_, options_.samples), looked_at(reference_, options_.reference_samples));
  if (const auto warning = too_few_pictures(fewest, extractor_.dimension()); !warning.empty()) observer_.on_message(warning);
}

std::vector<MetricValue> DistributionMetrics::kid() {
  const auto found = kernel_distance(seen().features, known().features,
                                     {.subsets = options_.subsets, .subset_size = options_.subset_size, .seed = options_.seed});
  const Interval interval = options_.resamples == 0 ? Interval{found.mean, found.mean} : found.interval;
  return {with_interval("kid", found.mean, interval)};
}

std::vector<MetricValue> DistributionMetrics::prdc() {
  const auto scores = neighbourhood_scores(known().features, seen().features, options_.neighbours);
  const auto mean = [&](const char* name, const at::Tensor& per_picture) {
    return with_interval(name, per_picture.mean().item<double>(), bootstrap_mean(per_picture, resampling(kResamples)));
  };
  return {mean("precision", scores.precision), mean("recall", scores.recall), mean("density", scores.density),
          mean("coverage", scores.coverage)};
}

std::vector<MetricValue> DistributionMetrics::is() {
  // in random order: pictures come class by class from many generators, and the parts should be alike
  auto generator = generator_of(options_.seed);
  const auto p = probabilities().index_select(0, at::randperm(probabilities().size(0), generator, at::kLong));
  const double score = inception_score(p, options_.splits).mean;
  const auto resampled = [&](const at::Tensor& picked) {
    return inception_score(p.index_select(0, picked), options_.splits).mean;
  };
  return {with_interval("is", score, bootstrap(p.size(0), score, resampling(kResamples), resampled))};
}

std::vector<MetricValue> DistributionMetrics::accuracy() {
  const auto& labels = seen().labels;
  if (labels.lt(0).any().item<bool>())
    throw Error(ErrorCategory::bad_argument,
                "accuracy compares the classifier's answer with the class that was asked for; these pictures carry no class");
  if (labels.max().item<int64_t>() >= probabilities().size(1))
    throw Error(ErrorCategory::bad_argument,
                "the pictures have more classes than the classifier; use one that was trained on the same data set");
  const auto right = (probabilities().argmax(1) == labels).to(at::kDouble);
  return {with_interval("accuracy", right.mean().item<double>(), bootstrap_mean(right, resampling(kResamples)))};
}

std::vector<MetricValue> DistributionMetrics::classes() {
  const auto& p = probabilities();
  const auto shares = at::bincount(p.argmax(1), {}, p.size(1)).to(at::kDouble) / static_cast<double>(p.size(0));
  const int64_t rarest = shares.argmin().item<int64_t>();
  const auto is_rarest = (p.argmax(1) == rarest).to(at::kDouble);
  const double balance = class_balance(p);
  return {with_interval("smallest-class", shares[rarest].item<double>(), bootstrap_mean(is_rarest, resampling(kResamples)),
                        fmt::format("class {}", rarest)),
          {"class-balance", balance, balance, balance, {}}};
}

std::vector<MetricValue> DistributionMetrics::memorised() {
  const auto found = memorisation(seen().features, known().features);
  return {with_interval(
      "memorisation", found.share, bootstrap_mean(found.copied.to(at::kDouble), resampling(kResamples)),
      fmt::format("share of pictures nearer to the reference than {:.3f}, as 1 of 100 reference pictures is", found.threshold))};
}

bool DistributionMetrics::needs_reference_features() const {
  return asked_for("kid") || asked_for("prdc") || asked_for("memorisation");
}

const Extraction& DistributionMetrics::seen() {
  if (!seen_) {
    const bool features = needs_reference_features() || (asked_for("fid") && options_.resamples != 0);
    seen_ = extract(generated_, extractor_, {options_.samples, options_.seed, options_.batch, features, "generated pictures"},
                    observer_);
  }
  return *seen_;
}

const ReferenceStatistics& DistributionMetrics::known() {
  if (!known_) known_ = remembered();
  if (!known_) known_ = computed();
  return *known_;
}

StatisticsKey DistributionMetrics::key() const {
  const int64_t count = options_.reference_samples > 0 ? options_.reference_samples : reference_.size();
  const auto subset = count < reference_.size() ? fmt::format("-{}", options_.seed) : "";
  return {options_.reference_name, options_.reference_split, extractor_.name(), fingerprint(reference_) + subset, count};
}

std::optional<ReferenceStatistics> DistributionMetrics::remembered() {
  if (options_.cache.empty()) return std::nullopt;
  try {
    auto found = load_statistics(options_.cache, key());
    const bool enough = found && (found->features.defined() || !needs_reference_features());
    return enough ? std::move(found) : std::nullopt;
  } catch (const Error& error) {
    observer_.on_message(fmt::format("reference statistics are computed anew: {}", error.what()));
    return std::nullopt;
  }
}

ReferenceStatistics DistributionMetrics::computed() {
  const bool features = needs_reference_features();
  auto found = extract(reference_, extractor_,
                       {options_.reference_samples, options_.seed, options_.batch, features, "reference pictures"}, observer_);
  ReferenceStatistics statistics{std::move(found.moments), std::move(found.features)};
  if (options_.cache.empty() || statistics.moments.count() < 2) return statistics;
  try {
    save_statistics(options_.cache, key(), statistics);
  } catch (const Error& error) {
    observer_.on_message(fmt::format("reference statistics could not be kept: {}", error.what()));
  }
  return statistics;
}

const at::Tensor& DistributionMetrics::probabilities() {
  if (!extractor_.has_probabilities())
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("the feature network '{}' is no classifier; choose one for is, accuracy and classes", extractor_.name()));
  return seen().probabilities;
}

bool DistributionMetrics::asked_for(const char* metric) const {
  return std::find(options_.metrics.begin(), options_.metrics.end(), metric) != options_.metrics.end();
}

BootstrapOptions DistributionMetrics::resampling(int64_t by_default) const {
  return {.resamples = options_.resamples < 0 ? by_default : options_.resamples, .seed = options_.seed};
}

}  // namespace inkstone
