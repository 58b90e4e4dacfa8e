// The quantile of a beta distribution, which the schedule of that name needs and the standard library lacks.
#pragma once

namespace inkstone {

// x with I_x(a, b) = p, for p in [0,1]; by bisection of the regularised incomplete beta function (Press et al., Numerical
// Recipes, 6.4).
double beta_quantile(double p, double a, double b);

}  // namespace inkstone
