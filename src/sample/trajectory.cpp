#include "sample/trajectory.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

at::Tensor Trajectory::start(const at::Tensor& noise) const {
  return noise * start_scale;
}

at::Tensor Trajectory::finish(const at::Tensor& x) const {
  return end_scale == 1 ? x : x * end_scale;
}

TimeOf Trajectory::time_of(const NoiseSchedule& schedule) const {
  return [schedule, sigmas = sigmas, times = times](double sigma) {
    for (std::size_t i = 0; i < times.size(); ++i)
      if (std::abs(sigmas[i] - sigma) <= 1e-12 * sigma) return times[i];
    return schedule.time_of(sigma);
  };
}

Trajectory cut(const Trajectory& whole, double strength) {
  if (!(strength > 0 && strength <= 1))
    throw Error(ErrorCategory::bad_argument, fmt::format("a strength of {}; it goes from above 0 to 1", strength));
  const auto steps = static_cast<double>(whole.steps());
  const auto kept = static_cast<std::ptrdiff_t>(std::min(std::floor(steps * strength), steps));
  if (kept < 1)
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("a strength of {} leaves none of {} steps; raise the strength or the steps", strength, whole.steps()));
  auto part = whole;
  part.sigmas.erase(part.sigmas.begin(), part.sigmas.end() - kept - 1);
  if (!part.times.empty()) part.times.erase(part.times.begin(), part.times.end() - kept);
  part.start_scale = part.sigmas[0];
  return part;
}

at::Tensor start_from(const Trajectory& cut, const at::Tensor& x0, const at::Tensor& noise) {
  return x0 + cut.sigmas[0] * noise;
}

}  // namespace inkstone
