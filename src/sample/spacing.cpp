// The grids of diffusers' schedulers, which differ in whether times are whole, how many intervals n steps make, and where they
// end.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "sample/schedules.hpp"

namespace inkstone {
namespace {

// As Python's round and numpy's: halves to the even neighbour.
double whole(double value) {
  return std::nearbyint(value);
}

std::vector<double> spaced_levels(const std::string& spacing, double T, int64_t n, const ScheduleOptions& o) {
  const bool intervals = o.grid == Grid::intervals || o.grid == Grid::to_least;
  const double points = static_cast<double>(intervals ? n + 1 : n), steps = static_cast<double>(n);
  std::vector<double> times;
  for (int64_t i = 0; i < n; ++i) {
    const double k = static_cast<double>(i), from_end = points - 1 - k;
    if (spacing == "linspace") {
      const double time = points > 1 ? from_end * (T - 1) / (points - 1) : 0;
      times.push_back(o.grid == Grid::levels ? static_cast<double>(static_cast<float>(time)) : whole(time));
    } else if (spacing == "leading") {
      times.push_back(from_end * std::floor(T / points) + static_cast<double>(o.offset));
    } else {
      times.push_back(whole(T - k * T / steps) - 1);
    }
  }
  return times;
}

// Every k-th step was distilled; n of them, evenly from the noisiest.
std::vector<double> distilled_times(double T, int64_t n) {
  constexpr double kOriginal = 50;
  if (static_cast<double>(n) > kOriginal)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} steps with a distilled model; it knows 50", n));
  std::vector<double> times;
  for (int64_t i = 0; i < n; ++i) {
    const double index = std::floor(static_cast<double>(i) * kOriginal / static_cast<double>(n));
    times.push_back((kOriginal - index) * std::floor(T / kOriginal) - 1);
  }
  return times;
}

// Between steps in sigma itself, as numpy.interp is used there.
double sigma_between(const NoiseSchedule& schedule, double time) {
  const double held = std::clamp(time, 0.0, static_cast<double>(schedule.steps() - 1));
  const auto below = static_cast<int64_t>(std::floor(held)), above = std::min(below + 1, schedule.steps() - 1);
  const double part = held - static_cast<double>(below);
  return (1 - part) * schedule.sigma(below) + part * schedule.sigma(above);
}

}  // namespace

Trajectory spaced_trajectory(const std::string& spacing, const NoiseSchedule& schedule, int64_t n, const ScheduleOptions& o) {
  const double T = static_cast<double>(schedule.steps());
  const bool distilled = o.grid == Grid::distilled || o.grid == Grid::distilled_to_least;
  Trajectory result;
  result.times = distilled ? distilled_times(T, n) : spaced_levels(spacing, T, n, o);
  for (const double time : result.times) result.sigmas.push_back(sigma_between(schedule, time));
  double least = schedule.sigma(0);
  if (o.karras && !distilled && o.grid != Grid::steps) {
    const bool all = o.grid != Grid::levels;  // between the ends of the schedule, not of the levels chosen
    const double low = all ? least : result.sigmas.back(),
                 high = all ? schedule.sigma(schedule.steps() - 1) : result.sigmas.front();
    result.sigmas = karras_sigmas(n, low, high);
    result.sigmas.pop_back();
    for (int64_t i = 0; i < n; ++i) {
      const double time = schedule.time_of(result.sigmas[i]);
      result.times[i] = all ? whole(time) : time;
    }
  }
  const bool to_least =
      o.grid == Grid::to_least || o.grid == Grid::distilled_to_least || (o.grid == Grid::steps && !o.end_at_one);
  result.sigmas.push_back(to_least ? least : 0);
  const double first = result.sigmas.front();
  const bool by_sigma = o.grid == Grid::levels && spacing != "leading";
  result.start_scale = by_sigma ? first : std::sqrt(1 + first * first);
  if (to_least) result.end_scale = 1 / std::sqrt(1 + least * least);
  return result;
}

}  // namespace inkstone
