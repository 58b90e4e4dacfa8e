#include "sample/solvers/solvers.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone::solvers {

namespace {

struct Known {
  at::Tensor m;
  double lambda;
};

// Weights of the differences: sum over k of rho_k r_k^(n-1) = b_n for n = 1..order (equations 6 and 9 of the paper).
std::vector<double> rhos(const std::vector<double>& r, double hh, double B) {
  const auto order = static_cast<int64_t>(r.size());
  auto R = at::empty({order, order}, at::kDouble), b = at::empty({order}, at::kDouble);
  double phi = std::expm1(hh) / hh - 1, factorial = 1;
  for (int64_t n = 0; n < order; ++n) {
    for (int64_t k = 0; k < order; ++k) R[n][k] = std::pow(r[k], n);
    b[n] = phi * factorial / B;
    factorial *= static_cast<double>(n + 2);
    phi = phi / hh - 1 / factorial;
  }
  const auto solved = at::linalg_solve(R, b.unsqueeze(1)).flatten().contiguous();
  return {solved.data_ptr<double>(), solved.data_ptr<double>() + order};
}

// From x at the newest of `known` (first) to sigma_next, through `order` of them and, as corrector, the estimate `there` too.
at::Tensor unified_step(const at::Tensor& x, const std::vector<Known>& known, std::size_t order, double next, bool bh1,
                        const at::Tensor& there) {
  const double lambda = known[0].lambda, h = lambda_of(next) - lambda, B = bh1 ? -h : std::expm1(-h);
  const auto flat = along(x, known[0].m, std::exp(-lambda), next);
  if (h == 0) return flat;
  std::vector<double> r;
  std::vector<at::Tensor> differences;
  for (std::size_t k = 1; k < order; ++k) {
    r.push_back((known[k].lambda - lambda) / h);
    differences.push_back((known[k].m - known[0].m) / r.back());
  }
  if (there.defined()) {
    r.push_back(1);
    differences.push_back(there - known[0].m);
  }
  if (r.empty()) return flat;
  const auto rho = r.size() == 1 ? std::vector<double>{0.5} : rhos(r, -h, B);  // one half: as the authors' own code has it
  auto result = flat;
  for (std::size_t k = 0; k < r.size(); ++k) result = result - B * rho[k] * differences[k];
  return result;
}

}  // namespace

at::Tensor unipc(const Sampling& s, at::Tensor x) {
  const std::size_t most = s.options.order > 0 ? s.options.order : 2;
  std::vector<Known> known;
  at::Tensor before;
  std::size_t order = 0;
  for (std::size_t i = 0; i < s.steps(); ++i) {
    const double sigma = s.sigmas[i], next = s.sigmas[i + 1];
    const auto m = s.denoise(x, sigma);
    if (!s.go_on(i)) return m;
    if (i > 0) x = unified_step(before, known, order, sigma, s.options.bh1, m);
    known.insert(known.begin(), Known{m, lambda_of(sigma)});
    known.resize(std::min(known.size(), most), known[0]);
    order = std::min({most, i + 1, s.options.lower_order_final ? s.steps() - i : most});
    if (next == 0) return m;
    before = x;
    x = unified_step(x, known, order, next, s.options.bh1, {});
  }
  return x;
}

}  // namespace inkstone::solvers
