#include "sample/schedules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "sample/beta_quantile.hpp"
#include "sample/spelling.hpp"

namespace inkstone {
namespace {

struct ScheduleAlias {
  const char *alias, *name;
};
constexpr ScheduleAlias kScheduleAliases[] = {
    {"normal", "discrete"},      {"uniform", "discrete"},          {"default", "discrete"},
    {"sgm", "sgm_uniform"},      {"ddim", "ddim_uniform"},         {"kl", "kl_optimal"},
    {"ays", "align_your_steps"}, {"ays_sd15", "align_your_steps"}, {"ays_sdxl", "align_your_steps_xl"},
    {"shift", "flow"},
};

// n values of f at 0, 1/(n-1), ..., 1, then 0.
template <class F>
std::vector<double> over_unit(int64_t n, F&& f) {
  std::vector<double> sigmas(n + 1);
  for (int64_t i = 0; i < n; ++i) sigmas[i] = f(n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.0);
  return sigmas;
}

// sigma at a time between steps, interpolated in ln sigma: the inverse of NoiseSchedule::time_of.
double sigma_at(const NoiseSchedule& schedule, double time) {
  const auto below = static_cast<int64_t>(std::floor(time)), above = std::min(below + 1, schedule.steps() - 1);
  const double part = time - static_cast<double>(below);
  return std::exp((1 - part) * std::log(schedule.sigma(below)) + part * std::log(schedule.sigma(above)));
}

std::vector<double> simple_sigmas(const NoiseSchedule& schedule, int64_t n) {
  std::vector<double> sigmas;
  const double stride = static_cast<double>(schedule.steps()) / static_cast<double>(n);
  for (int64_t i = 0; i < n; ++i)
    sigmas.push_back(schedule.sigma(schedule.steps() - 1 - static_cast<int64_t>(static_cast<double>(i) * stride)));
  sigmas.push_back(0);
  return sigmas;
}

std::vector<double> ddim_uniform_sigmas(const NoiseSchedule& schedule, int64_t n) {
  std::vector<double> sigmas = {0};
  for (int64_t t = 1; t < schedule.steps(); t += std::max<int64_t>(schedule.steps() / n, 1)) sigmas.push_back(schedule.sigma(t));
  std::reverse(sigmas.begin(), sigmas.end());
  return sigmas;
}

std::vector<double> levels_named(const std::string& name, const NoiseSchedule& schedule, int64_t n, const ScheduleOptions& o) {
  const double last = static_cast<double>(schedule.steps() - 1), steps = static_cast<double>(n);
  const double least = o.least > 0 ? o.least : schedule.sigma(0),
               most = o.most > 0 ? o.most : schedule.sigma(schedule.steps() - 1);
  if (name == "discrete") return over_unit(n, [&](double u) { return sigma_at(schedule, (1 - u) * last); });
  if (name == "sgm_uniform")
    return over_unit(n, [&](double u) { return sigma_at(schedule, (1 - u * (steps - 1) / steps) * last); });
  if (name == "karras") return karras_sigmas(n, least, most, o.rho);
  if (name == "exponential") return exponential_sigmas(n, least, most);
  if (name == "polyexponential") return exponential_sigmas(n, least, most, o.rho == 7 ? 1 : o.rho);
  if (name == "simple") return simple_sigmas(schedule, n);
  if (name == "ddim_uniform") return ddim_uniform_sigmas(schedule, n);
  if (name == "beta") return beta_sigmas(schedule, n);
  if (name == "linear_quadratic") return linear_quadratic_sigmas(n, most);
  if (name == "kl_optimal") return kl_optimal_sigmas(n, least, most);
  if (name == "flow") return flow_sigmas(n, o.shift, schedule.steps());
  return align_your_steps(n, name == "align_your_steps_xl");
}

}  // namespace

std::span<const std::string> schedule_names() {
  static const std::vector<std::string> kNames = {"discrete",         "karras",     "exponential",      "polyexponential",
                                                  "sgm_uniform",      "simple",     "ddim_uniform",     "beta",
                                                  "linear_quadratic", "kl_optimal", "align_your_steps", "align_your_steps_xl",
                                                  "leading",          "trailing",   "linspace",         "flow"};
  return kNames;
}

std::optional<std::string> schedule_name_of(const std::string& name) {
  const auto wanted = spelling_of(name);
  for (const auto& known : schedule_names())
    if (spelling_of(known) == wanted) return known;
  for (const auto& [alias, known] : kScheduleAliases)
    if (spelling_of(alias) == wanted) return std::string(known);
  return std::nullopt;
}

Trajectory trajectory(const std::string& name, const NoiseSchedule& schedule, int64_t n, const ScheduleOptions& options) {
  const auto known = schedule_name_of(name);
  if (!known)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("no schedule is called '{}'{}", name, did_you_mean(name, schedule_names())));
  if (n < 1 || n > schedule.steps())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} sampling steps of a process of {}; ask for 1 to {}", n, schedule.steps(), schedule.steps()));
  if (*known == "leading" || *known == "trailing" || *known == "linspace") return spaced_trajectory(*known, schedule, n, options);
  Trajectory result{levels_named(*known, schedule, n, options), {}};
  result.start_scale = result.sigmas[0];
  return result;
}

std::vector<double> exponential_sigmas(int64_t n, double least, double most, double rho) {
  return over_unit(n, [&](double u) { return least * std::pow(most / least, std::pow(1 - u, rho)); });
}

// Sabour et al. 2024, equation 19: even in arctan sigma, which minimises the divergence for normal data.
std::vector<double> kl_optimal_sigmas(int64_t n, double least, double most) {
  return over_unit(n, [&](double u) { return std::tan(u * std::atan(least) + (1 - u) * std::atan(most)); });
}

// The first half of the steps falls evenly by 1/40 of the noise, the second as a parabola that meets it smoothly (Genmo's Mochi).
std::vector<double> linear_quadratic_sigmas(int64_t n, double most) {
  if (n == 1) return {most, 0};
  constexpr double kThreshold = 0.025;
  const double linear = std::floor(static_cast<double>(n) / 2), quadratic = static_cast<double>(n) - linear;
  const double rest = linear - kThreshold * static_cast<double>(n), a = rest / (linear * quadratic * quadratic);
  const double b = kThreshold / linear - 2 * rest / (quadratic * quadratic), c = a * linear * linear;
  std::vector<double> sigmas(n + 1);
  for (int64_t k = 0; k < n; ++k) {
    const double i = static_cast<double>(k);
    sigmas[k] = most * (1 - (i < linear ? i * kThreshold / linear : a * i * i + b * i + c));
  }
  return sigmas;
}

// Times at the quantiles of a beta distribution: dense at both ends (Lee et al. 2024).
std::vector<double> beta_sigmas(const NoiseSchedule& schedule, int64_t n, double alpha, double beta) {
  std::vector<double> sigmas;
  int64_t before = -1;
  for (int64_t i = 0; i < n; ++i) {
    const double p = 1 - static_cast<double>(i) / static_cast<double>(n);
    const auto t =
        static_cast<int64_t>(std::nearbyint(beta_quantile(p, alpha, beta) * static_cast<double>(schedule.steps() - 1)));
    if (t != before) sigmas.push_back(schedule.sigma(t));
    before = t;
  }
  sigmas.push_back(0);
  return sigmas;
}

// Sabour et al. 2024, "Align your steps": levels found by minimising a bound, for ten steps; for others, between them in ln
// sigma.
std::vector<double> align_your_steps(int64_t n, bool xl) {
  constexpr std::array<double, 11> kFirst = {14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092,
                                             0.9642583904,  0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582};
  constexpr std::array<double, 11> kXl = {14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141,
                                          0.5550693289,  0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582};
  const auto& table = xl ? kXl : kFirst;
  std::vector<double> sigmas(n + 1);
  for (int64_t i = 0; i < n; ++i) {
    const double place = 10.0 * static_cast<double>(i) / static_cast<double>(n);
    const auto k = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(k);
    sigmas[i] = std::exp((1 - part) * std::log(table[k]) + part * std::log(table[std::min<std::size_t>(k + 1, 10)]));
  }
  return sigmas;
}

std::vector<double> flow_sigmas(int64_t n, double shift, int64_t T) {
  const auto shifted = [&](double t) { return shift * t / (1 + (shift - 1) * t); };
  const double least = shifted(1 / static_cast<double>(T));
  return over_unit(n, [&](double u) { return shifted(1 + u * (least - 1)); });
}

}  // namespace inkstone
