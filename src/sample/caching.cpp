#include "sample/caching.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

class CachedDenoiser : public Denoiser {
 public:
  CachedDenoiser(const Denoiser& inner, const CachingOptions& options, std::function<void(bool)> reuse)
      : inner_(inner), options_(options), reuse_(std::move(reuse)) {}

  Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const override {
    const bool inside = sigma > options_.least_sigma && sigma <= options_.most_sigma;
    const bool kept = inside && since_whole_ > 0 && since_whole_ < options_.interval;
    since_whole_ = inside ? (kept ? since_whole_ + 1 : 1) : 0;
    reuse_(kept);
    return inner_.denoise(x, sigma, condition);
  }

 private:
  const Denoiser& inner_;
  CachingOptions options_;
  std::function<void(bool)> reuse_;
  mutable int64_t since_whole_ = 0;  // evaluations since the last whole one, itself included; 0: nothing is kept
};

}  // namespace

std::unique_ptr<Denoiser> cached(const Denoiser& denoiser, const CachingOptions& options, std::function<void(bool)> reuse) {
  if (options.interval < 1)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("step caching every {} steps; the interval is 1 (off) or more", options.interval));
  return std::make_unique<CachedDenoiser>(denoiser, options, std::move(reuse));
}

}  // namespace inkstone
