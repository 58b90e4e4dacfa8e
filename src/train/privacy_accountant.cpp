#include "train/privacy_accountant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// A sum of terms of either sign, each far beyond the range of a double, kept by their logarithms.
class LogSum {
 public:
  void add(double logarithm, double sign = 1) {
    if (logarithm == -std::numeric_limits<double>::infinity()) return;
    if (logarithm > most_) {
      sum_ *= std::exp(most_ - logarithm);
      most_ = logarithm;
    }
    sum_ += sign * std::exp(logarithm - most_);
  }
  double most() const { return most_; }
  double logarithm() const { return most_ + std::log(sum_); }

 private:
  double most_ = -std::numeric_limits<double>::infinity(), sum_ = 0;
};

// log erfc(x), beyond where erfc itself is 0 by its asymptotic series.
double log_erfc(double x) {
  if (x < 25) return std::log(std::erfc(x));
  const double s = 1 / (2 * x * x);
  return -x * x - std::log(x) - 0.5 * std::log(std::numbers::pi) + std::log1p(s * (-1 + s * (3 - 15 * s)));
}

double log_binomial(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// log A of an integer order: Mironov et al., section 3.3, equation (5)
double log_whole_moment(double q, double sigma, int order) {
  LogSum sum;
  for (int k = 0; k <= order; ++k)
    sum.add(log_binomial(order, k) + k * std::log(q) + (order - k) * std::log1p(-q) + double(k) * (k - 1) / (2 * sigma * sigma));
  return sum.logarithm();
}

// log A of any order: the two series of Mironov et al., section 3.3, either side of z0, where the two densities are equal.
// Coefficients alternate beyond the order, so that what is left out is smaller than the first term that is.
double log_moment(double q, double sigma, double order) {
  constexpr double kLeftOut = 32;  // nats below the largest term
  const double z0 = sigma * sigma * std::log(1 / q - 1) + 0.5, wide = std::numbers::sqrt2 * sigma;
  const auto gain = [&](double k) { return k * (k - 1) / (2 * sigma * sigma) - std::numbers::ln2; };
  LogSum sum;
  double log_coefficient = 0, sign = 1;
  for (double k = 0;; ++k) {
    const double rest = order - k;
    const double below = log_coefficient + k * std::log(q) + rest * std::log1p(-q) + gain(k) + log_erfc((k - z0) / wide);
    const double above = log_coefficient + rest * std::log(q) + k * std::log1p(-q) + gain(rest) + log_erfc((z0 - rest) / wide);
    sum.add(below, sign);
    sum.add(above, sign);
    if (k > order && std::max(below, above) < sum.most() - kLeftOut) return sum.logarithm();
    log_coefficient += std::log(std::abs(rest)) - std::log(k + 1);
    if (rest < 0) sign = -sign;
  }
}

std::vector<double> orders() {
  std::vector<double> all;
  for (int k = 1; k < 100; ++k) all.push_back(1 + k / 10.0);
  for (int k = 12; k < 64; ++k) all.push_back(k);
  for (const int k : {72, 96, 128, 256, 512}) all.push_back(k);
  return all;
}

// Balle et al. 2020, theorem 21.
double epsilon_of(double divergence, double order, double delta) {
  return divergence + std::log1p(-1 / order) - (std::log(delta) + std::log(order)) / (order - 1);
}

}  // namespace

double renyi_divergence(double rate, double noise, double order) {
  if (rate == 1) return order / (2 * noise * noise);
  const bool whole = order == std::floor(order);
  return (whole ? log_whole_moment(rate, noise, int(order)) : log_moment(rate, noise, order)) / (order - 1);
}

PrivacyAccountant::PrivacyAccountant(double rate, double noise) {
  if (!(rate > 0 && rate <= 1) || !(noise > 0))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("private training needs noise above 0 and a batch no larger than the data, not noise {} and a share of {}",
                    noise, rate));
  for (const double order : orders()) divergences_.push_back(renyi_divergence(rate, noise, order));
}

double PrivacyAccountant::epsilon(int64_t steps, double delta) const {
  if (steps == 0) return 0;
  double least = std::numeric_limits<double>::infinity();
  const auto all = orders();
  for (std::size_t i = 0; i < all.size(); ++i)
    least = std::min(least, epsilon_of(double(steps) * divergences_[i], all[i], delta));
  return std::max(least, 0.0);
}

}  // namespace inkstone
