#include "sample/noise_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCategory::bad_argument, message);
}

NoiseSchedule from_betas(std::vector<double> beta) {
  NoiseSchedule schedule{std::move(beta), {}};
  double product = 1;
  for (const double b : schedule.beta) schedule.alpha_bar.push_back(product *= 1 - b);
  return schedule;
}

void check_steps(int64_t steps) {
  if (steps < 2) refuse(fmt::format("a noise schedule needs at least 2 steps, not {}", steps));
}

}  // namespace

double NoiseSchedule::sigma(int64_t t) const {
  return std::sqrt((1 - alpha_bar[t]) / alpha_bar[t]);
}

double NoiseSchedule::time_of(double wanted) const {
  if (wanted <= sigma(0)) return 0;
  if (wanted >= sigma(steps() - 1)) return static_cast<double>(steps() - 1);
  int64_t below = 0, above = steps() - 1;
  while (above - below > 1) {
    const int64_t middle = (below + above) / 2;
    (sigma(middle) <= wanted ? below : above) = middle;
  }
  const double low = std::log(sigma(below)), high = std::log(sigma(above));
  return static_cast<double>(below) + (std::log(wanted) - low) / (high - low);
}

at::Tensor NoiseSchedule::alpha_bar_at(const at::Tensor& times) const {
  return at::tensor(alpha_bar, at::kDouble).to(times.device()).index_select(0, times);
}

NoiseSchedule linear_schedule(int64_t steps, double first, double last) {
  check_steps(steps);
  if (!(first > 0 && first <= last && last < 1)) refuse("the betas of a linear noise schedule must rise within 0 and 1");
  std::vector<double> beta(steps);
  for (int64_t t = 0; t < steps; ++t) beta[t] = first + (last - first) * static_cast<double>(t) / static_cast<double>(steps - 1);
  return from_betas(std::move(beta));
}

NoiseSchedule scaled_linear_schedule(int64_t steps, double first, double last) {
  auto beta = linear_schedule(steps, std::sqrt(first), std::sqrt(last)).beta;
  for (double& b : beta) b *= b;
  return from_betas(std::move(beta));
}

NoiseSchedule schedule_of_betas(std::vector<double> beta) {
  check_steps(static_cast<int64_t>(beta.size()));
  for (const double b : beta)
    if (!(b > 0 && b < 1)) refuse(fmt::format("a beta of {} in a noise schedule; all lie between 0 and 1", b));
  return from_betas(std::move(beta));
}

NoiseSchedule zero_terminal_snr(const NoiseSchedule& schedule) {
  constexpr double kLeast = 1.0 / (1 << 24);
  const double first = std::sqrt(schedule.alpha_bar.front()), last = std::sqrt(schedule.alpha_bar.back());
  NoiseSchedule result;
  for (const double bar : schedule.alpha_bar) {
    const double root = (std::sqrt(bar) - last) * first / (first - last);
    const double before = result.alpha_bar.empty() ? 1 : result.alpha_bar.back();
    result.alpha_bar.push_back(std::max(root * root, kLeast));
    result.beta.push_back(1 - result.alpha_bar.back() / before);
  }
  return result;
}

NoiseSchedule cosine_schedule(int64_t steps) {
  check_steps(steps);
  const auto f = [&](double t) {
    return std::pow(std::cos((t / static_cast<double>(steps) + 0.008) / 1.008 * std::numbers::pi / 2), 2);
  };
  std::vector<double> beta(steps);
  for (int64_t t = 0; t < steps; ++t) beta[t] = std::min(1 - f(static_cast<double>(t + 1)) / f(static_cast<double>(t)), 0.999);
  return from_betas(std::move(beta));
}

NoiseSchedule schedule_named(const std::string& name, int64_t steps) {
  check_steps(steps);
  if (name == "cosine") return cosine_schedule(steps);
  if (name == "scaled_linear") return scaled_linear_schedule(steps);
  if (name != "linear") refuse(fmt::format("no noise schedule is called '{}'; choose linear, scaled_linear or cosine", name));
  if (steps <= 20)
    refuse(
        fmt::format("a linear noise schedule of {} steps would need a beta above 1; take more than 20 steps, or cosine", steps));
  const double scale = 1000.0 / static_cast<double>(steps);
  return linear_schedule(steps, scale * 1e-4, scale * 0.02);
}

std::vector<int64_t> spaced_times(int64_t total, int64_t count, const std::string& spacing) {
  if (count < 1 || count > total)
    refuse(fmt::format("{} sampling steps of a process of {}; ask for 1 to {}", count, total, total));
  const double n = static_cast<double>(count), t = static_cast<double>(total);
  std::vector<int64_t> times(count);
  for (int64_t i = 0; i < count; ++i) {
    const double left = static_cast<double>(count - 1 - i);
    if (spacing == "linspace") {
      times[i] = count == 1 ? total - 1 : std::llround(left * (t - 1) / (n - 1));
    } else if (spacing == "leading") {
      times[i] = static_cast<int64_t>(left * std::floor(t / n));
    } else if (spacing == "trailing") {
      times[i] = std::llround((left + 1) * t / n) - 1;
    } else {
      refuse(fmt::format("no spacing of time steps is called '{}'; choose linspace, leading or trailing", spacing));
    }
  }
  return times;
}

std::vector<double> sigmas_of(const NoiseSchedule& schedule, const std::vector<int64_t>& times) {
  std::vector<double> sigmas;
  for (const auto t : times) sigmas.push_back(schedule.sigma(t));
  sigmas.push_back(0);
  return sigmas;
}

std::vector<double> karras_sigmas(int64_t count, double least, double most, double rho) {
  if (count < 1 || !(least > 0 && least <= most)) refuse("Karras sigmas need at least one step and 0 < least <= most");
  std::vector<double> sigmas(count + 1);
  const double a = std::pow(most, 1 / rho), b = std::pow(least, 1 / rho);
  for (int64_t i = 0; i < count; ++i) {
    const double part = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
    sigmas[i] = std::pow(a + part * (b - a), rho);
  }
  return sigmas;
}

}  // namespace inkstone
