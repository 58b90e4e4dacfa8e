#include "eval/pair_metrics.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "eval/bootstrap.hpp"
#include "eval/psnr.hpp"
#include "eval/ssim.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// Distances take [0,1]; data sets hold bytes.
PairDistance over_bytes(PairDistance distance) {
  return [distance = std::move(distance)](const at::Tensor& a, const at::Tensor& b) {
    return distance(a.to(at::kFloat) / 255, b.to(at::kFloat) / 255);
  };
}

void check_alike(const at::Tensor& a, const at::Tensor& b, int64_t index) {
  if (a.sizes() != b.sizes())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("picture {} is [{}] here and [{}] in the reference; pairs must be of one size", index,
                            fmt::join(a.sizes(), "x"), fmt::join(b.sizes(), "x")));
}

}  // namespace

PairMetrics::PairMetrics(const Dataset& pictures, const Dataset& originals, const EvaluateOptions& options, Observer& observer)
    : pictures_(pictures), originals_(originals), options_(options), observer_(observer) {}

bool PairMetrics::knows(const std::string& metric) {
  return metric == "psnr" || metric == "ssim" || metric == "perceptual" || metric == "lpips";
}

PairDistance PairMetrics::distance_of(const std::string& metric) const {
  if (metric == "psnr") return [](const at::Tensor& a, const at::Tensor& b) { return psnr(a, b); };
  if (metric == "ssim") return [](const at::Tensor& a, const at::Tensor& b) { return ssim(a, b); };
  if (metric == "perceptual") return over_bytes(make_perceptual_distance());
  if (!options_.lpips)
    throw Error(ErrorCategory::unsupported,
                "LPIPS needs weights that are not here: pull vgg16 and lpips-vgg; 'perceptual' measures with the embedded "
                "network instead");
  return over_bytes(options_.lpips);
}

int64_t PairMetrics::pairs() const {
  const int64_t count = pictures_.size(), others = originals_.size();
  if (count == 0) throw Error(ErrorCategory::bad_argument, "there are no pictures to measure");
  if (options_.samples > std::min(count, others) || (options_.samples == 0 && count != others))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("metrics of pairs need a reference picture for each: there are {} and {}", count, others));
  return options_.samples > 0 ? options_.samples : count;
}

std::vector<MetricValue> PairMetrics::measure(const std::string& metric) {
  const auto distance = distance_of(metric);
  const int64_t count = pairs();
  auto found = at::empty({count}, at::kDouble);
  for (int64_t i = 0; i < count; ++i) {
    if (observer_.stop_requested()) throw Error(ErrorCategory::cancelled, fmt::format("stopped while measuring {}", metric));
    const auto a = pictures_.get(i).picture, b = originals_.get(i).picture;
    check_alike(a, b, i);
    found[i] = distance(a.unsqueeze(0), b.unsqueeze(0)).item<double>();
    observer_.on_progress({.stage = metric, .step = i + 1, .total = count, .values = {}});
  }
  const auto interval =
      bootstrap_mean(found, {.resamples = options_.resamples < 0 ? 200 : options_.resamples, .seed = options_.seed});
  return {{metric, found.mean().item<double>(), interval.low, interval.high, {}}};
}

}  // namespace inkstone
