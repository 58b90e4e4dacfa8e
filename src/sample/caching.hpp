// Step caching: neighbouring steps ask nearly the same of the deep layers, so their answer may be kept for a step or two (Ma et
// al. 2024, DeepCache). This decides when; the network, told through `reuse`, knows how.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "sample/denoiser.hpp"

namespace inkstone {

struct CachingOptions {
  int64_t interval = 1;  // every interval-th evaluation is whole; 1: all are
  double least_sigma = 0, most_sigma = std::numeric_limits<double>::infinity();  // outside (least, most] all are whole
};

// Calls `reuse(true)` before evaluations that may use what the last whole one kept, `reuse(false)` before whole ones. The count
// begins anew with each denoiser made. Keeps a reference. Throws bad_argument for an interval below 1.
std::unique_ptr<Denoiser> cached(const Denoiser& denoiser, const CachingOptions& options, std::function<void(bool)> reuse);

}  // namespace inkstone
