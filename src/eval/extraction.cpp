#include "eval/extraction.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

using Samples = std::vector<Sample>;

Samples load(const Dataset& pictures, const int64_t* indices, int64_t count) {
  Samples samples(count);
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) samples[i] = pictures.get(indices[i]);
  });
  return samples;
}

// Stacks runs of pictures of one size.
FeatureBatch look(const Samples& samples, const FeatureExtractor& extractor) {
  std::vector<at::Tensor> features, probabilities;
  for (std::size_t first = 0; first < samples.size();) {
    std::vector<at::Tensor> alike;
    for (std::size_t i = first; i < samples.size() && samples[i].picture.sizes() == samples[first].picture.sizes(); ++i)
      alike.push_back(samples[i].picture);
    auto seen = extractor(at::stack(alike));
    features.push_back(std::move(seen.features));
    if (extractor.has_probabilities()) probabilities.push_back(std::move(seen.probabilities));
    first += alike.size();
  }
  return {at::cat(features), probabilities.empty() ? at::Tensor() : at::cat(probabilities)};
}

double seconds_left(std::chrono::steady_clock::time_point start, int64_t done, int64_t total) {
  const double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return spent / static_cast<double>(done) * static_cast<double>(total - done);
}

}  // namespace

at::Tensor chosen_pictures(int64_t size, int64_t count, uint64_t seed) {
  if (size == 0) throw Error(ErrorCategory::bad_argument, "there are no pictures to measure");
  if (count > size)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} pictures are asked for, and there are {}", count, size));
  if (count <= 0 || count == size) return at::arange(size, at::kLong);
  auto generator = generator_of(seed);
  return std::get<0>(at::randperm(size, generator, at::kLong).narrow(0, 0, count).sort());
}

Extraction extract(const Dataset& pictures, const FeatureExtractor& extractor, const ExtractionOptions& options,
                   Observer& observer) {
  const auto chosen = chosen_pictures(pictures.size(), options.count, options.seed);
  const int64_t total = chosen.size(0);
  Extraction result;
  std::vector<int64_t> labels;
  std::vector<at::Tensor> probabilities;
  if (options.keep_features) result.features = at::empty({total, extractor.dimension()}, at::kFloat);
  const auto start = std::chrono::steady_clock::now();
  for (int64_t done = 0; done < total;) {
    if (observer.stop_requested())
      throw Error(ErrorCategory::cancelled, "stopped while looking at pictures; nothing was measured");
    const int64_t count = std::min(options.batch, total - done);
    const auto samples = load(pictures, chosen.data_ptr<int64_t>() + done, count);
    const auto seen = look(samples, extractor);
    result.moments.add(seen.features);
    if (options.keep_features) result.features.narrow(0, done, count).copy_(seen.features);
    if (seen.probabilities.defined()) probabilities.push_back(seen.probabilities);
    for (const auto& sample : samples) labels.push_back(sample.label);
    done += count;
    observer.on_progress(
        {.stage = options.stage, .step = done, .total = total, .values = {}, .seconds_left = seconds_left(start, done, total)});
  }
  if (!probabilities.empty()) result.probabilities = at::cat(probabilities);
  result.labels = at::tensor(labels, at::kLong);
  return result;
}

}  // namespace inkstone
