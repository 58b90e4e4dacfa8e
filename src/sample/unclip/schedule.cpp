#include "sample/unclip/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::unclip {
namespace {

// alpha bar of the cosine schedule, t in [0,1].
double cosine_kept(double t) {
  const double c = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
  return c * c;
}

std::vector<float> cosine_betas(int64_t steps) {
  constexpr double kMost = 0.999;
  std::vector<float> betas;
  for (int64_t i = 0; i < steps; ++i)
    betas.push_back(
        float(std::min(1 - cosine_kept(double(i + 1) / double(steps)) / cosine_kept(double(i) / double(steps)), kMost)));
  return betas;
}

// Products in float64, rounded one by one, as torch.cumprod has them.
std::vector<float> products_of_rest(const std::vector<float>& betas) {
  std::vector<float> kept;
  double product = 1;
  for (const float beta : betas) kept.push_back(float(product *= double(1.0f - beta)));
  return kept;
}

// Evenly over the whole range, both ends included, the latest first.
std::vector<int64_t> times_of(int64_t train_steps, int64_t steps) {
  const double ratio = double(train_steps - 1) / double(steps - 1);
  std::vector<int64_t> times;
  for (int64_t i = steps - 1; i >= 0; --i) times.push_back(int64_t(std::nearbyint(double(i) * ratio)));
  return times;
}

}  // namespace

Schedule::Schedule(const ScheduleConfig& config, int64_t steps) : config_(config) {
  if (steps < 2 || steps > config.train_steps)
    throw Error(ErrorCategory::bad_argument, fmt::format("this model walks in 2 to {} steps, not {}", config.train_steps, steps));
  times_ = times_of(config.train_steps, steps);
  betas_ = cosine_betas(config.train_steps);
  kept_ = products_of_rest(betas_);
}

Schedule::Level Schedule::level(std::size_t step) const {
  const auto time = times_[step], before = step + 1 < times_.size() ? times_[step + 1] : time - 1;
  const float kept = kept_[std::size_t(time)], kept_before = before >= 0 ? kept_[std::size_t(before)] : 1.0f;
  const float beta = before == time - 1 ? betas_[std::size_t(time)] : 1 - kept / kept_before;
  return {kept, kept_before, 1 - beta, beta};
}

at::Tensor Schedule::estimate(std::size_t step, const at::Tensor& output, const at::Tensor& x) const {
  const auto at = level(step);
  const auto said = output.narrow(1, 0, x.size(1));
  auto x0 = config_.predicts_sample ? said : (x - said * std::sqrt(1 - at.kept)) / std::sqrt(at.kept);
  return config_.clip ? x0.clamp(-*config_.clip, *config_.clip) : x0;
}

// beta tilde, or between it and beta on a logarithmic scale where the network says where.
at::Tensor Schedule::deviation(const Level& at, const at::Tensor& output, int64_t channels) const {
  const float least = (1 - at.kept_before) / (1 - at.kept) * at.beta;
  if (!config_.learned_variance) return at::scalar_tensor(std::exp(0.5f * std::log(std::max(least, 1e-20f))), at::kFloat);
  const auto share = (output.narrow(1, channels, channels) + 1) / 2;
  return ((share * std::log(at.beta) + (1 - share) * std::log(least)) * 0.5).exp();
}

at::Tensor Schedule::next(std::size_t step, const at::Tensor& estimate, const at::Tensor& output, const at::Tensor& x,
                          const at::Tensor& noise) const {
  const auto at = level(step);
  const float of_estimate = std::sqrt(at.kept_before) * at.beta / (1 - at.kept),
              of_x = std::sqrt(at.alpha) * (1 - at.kept_before) / (1 - at.kept);
  const auto mean = estimate * of_estimate + x * of_x;
  return noise.defined() ? mean + deviation(at, output, x.size(1)) * noise : mean;
}

}  // namespace inkstone::unclip
