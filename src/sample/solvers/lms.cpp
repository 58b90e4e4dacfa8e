#include <algorithm>

#include <ATen/ATen.h>

#include "sample/solvers/lagrange.hpp"
#include "sample/solvers/solvers.hpp"

namespace inkstone::solvers {
namespace {

using Weight = double (*)(double u);
using Variable = double (*)(double sigma);

// x_{i+1} = x_i + integral of the polynomial in u(sigma) through the latest slopes d, over d sigma = weight(u) du.
at::Tensor through_slopes(const Sampling& s, at::Tensor x, Variable u, Weight weight,
                          const std::function<std::size_t(std::size_t)>& order) {
  std::vector<at::Tensor> slopes;  // the newest first
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto x0 = s.denoise(x, sigma);
    if (!s.go_on(i)) return x0;
    slopes.insert(slopes.begin(), (x - x0) / sigma);
    slopes.resize(std::min(slopes.size(), std::size_t(4)));
    const auto used = std::min(order(i), slopes.size());
    if (used == 1) {
      x = along(x, x0, sigma, next);
      continue;
    }
    std::vector<double> nodes;
    for (std::size_t k = 0; k < used; ++k) nodes.push_back(u(s.sigmas[i - k]));
    const auto c = basis_integrals(nodes, u(sigma), u(next), weight);
    for (std::size_t k = 0; k < used; ++k) x = x + c[k] * slopes[k];
  }
  return x;
}

}  // namespace

at::Tensor lms(const Sampling& s, at::Tensor x) {
  const auto order = [&](std::size_t) { return static_cast<std::size_t>(s.options.order > 0 ? s.options.order : 4); };
  return through_slopes(
      s, std::move(x), [](double sigma) { return sigma; }, [](double) { return 1.0; }, order);
}

at::Tensor deis(const Sampling& s, at::Tensor x) {
  const std::size_t most = s.options.order > 0 ? s.options.order : 2, steps = s.steps();
  const bool ends_low = s.options.lower_order_final && s.few_steps();
  const auto order = [&](std::size_t i) {
    if (s.sigmas[i + 1] == 0) return std::size_t(1);  // ln 0
    return ends_low ? std::min(most, steps - i) : most;
  };
  return through_slopes(
      s, std::move(x), [](double sigma) { return std::log(sigma); }, [](double u) { return std::exp(u); }, order);
}

}  // namespace inkstone::solvers
