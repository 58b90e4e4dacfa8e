#include "eval/kernel_distance.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

at::Tensor subset(const at::Tensor& rows, int64_t size, at::Generator& generator) {
  const auto order = at::randperm(rows.size(0), generator, at::kLong);
  return rows.index_select(0, order.narrow(0, 0, size));
}

// A subset of m of n pictures varies about as n / m times what all of them would (Politis and Romano 1994, subsampling).
double deviation_of_all(double deviation, int64_t m, int64_t n) {
  return deviation * std::sqrt(static_cast<double>(m) / static_cast<double>(n));
}

}  // namespace

double polynomial_mmd(const at::Tensor& x, const at::Tensor& y, double degree, double coefficient) {
  const auto a = x.to(at::kDouble), b = y.to(at::kDouble);
  const double d = static_cast<double>(a.size(1)), n = static_cast<double>(a.size(0)), m = static_cast<double>(b.size(0));
  const auto kernel = [&](const at::Tensor& p, const at::Tensor& q) {
    return at::mm(p, q.t()).div_(d).add_(coefficient).pow_(degree);
  };
  const auto off_diagonal_sum = [](const at::Tensor& k) { return (k.sum() - k.trace()).item<double>(); };
  return off_diagonal_sum(kernel(a, a)) / (n * (n - 1)) + off_diagonal_sum(kernel(b, b)) / (m * (m - 1)) -
         2 * kernel(a, b).mean().item<double>();
}

KernelDistance kernel_distance(const at::Tensor& generated, const at::Tensor& reference, const KernelDistanceOptions& options) {
  const int64_t all = std::min(generated.size(0), reference.size(0)), size = std::min(options.subset_size, all);
  if (size < 2) throw Error(ErrorCategory::bad_argument, "KID needs at least two pictures on each side");
  auto generator = generator_of(options.seed);
  std::vector<double> found;
  for (int64_t i = 0; i < options.subsets; ++i) {
    const auto x = subset(generated, size, generator);
    found.push_back(polynomial_mmd(x, subset(reference, size, generator), options.degree, options.coefficient));
  }
  const auto values = at::tensor(found, at::kDouble);
  KernelDistance result;
  result.mean = values.mean().item<double>();
  result.deviation = values.size(0) > 1 ? values.std().item<double>() : 0;
  const double spread = 1.96 * deviation_of_all(result.deviation, size, all);
  result.interval = {result.mean - spread, result.mean + spread};
  return result;
}

}  // namespace inkstone
