#include "sample/solvers/lagrange.hpp"

#include <array>

namespace inkstone {
namespace {

constexpr std::array<double, 4> kAbscissae = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> kGaussWeights = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};

double basis(const std::vector<double>& nodes, std::size_t j, double u) {
  double product = 1;
  for (std::size_t k = 0; k < nodes.size(); ++k)
    if (k != j) product *= (u - nodes[k]) / (nodes[j] - nodes[k]);
  return product;
}

}  // namespace

std::vector<double> basis_integrals(const std::vector<double>& nodes, double a, double b,
                                    const std::function<double(double)>& weight) {
  const double middle = (a + b) / 2, half = (b - a) / 2;
  std::vector<double> sums(nodes.size());
  for (std::size_t p = 0; p < kAbscissae.size(); ++p)
    for (const double side : {-1.0, 1.0}) {
      const double u = middle + side * half * kAbscissae[p], w = half * kGaussWeights[p] * weight(u);
      for (std::size_t j = 0; j < nodes.size(); ++j) sums[j] += w * basis(nodes, j, u);
    }
  return sums;
}

}  // namespace inkstone
