// The weights of multistep methods on levels that are not evenly spaced: integrals of the polynomial through the latest values.
#pragma once

#include <functional>
#include <vector>

namespace inkstone {

// For each node j: the integral from a to b of L_j(u) weight(u) du, where L_j is 1 at node j and 0 at the others. By Gauss and
// Legendre's rule of eight points: exact for weight 1.
std::vector<double> basis_integrals(const std::vector<double>& nodes, double a, double b,
                                    const std::function<double(double)>& weight);

}  // namespace inkstone
