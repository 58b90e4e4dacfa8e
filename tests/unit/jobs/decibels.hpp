// How near two pictures are: the PSNR of values in [0,1]; 120 where they are the same.
#pragma once

#include <algorithm>
#include <cmath>

#include "inkstone/image.hpp"

namespace inkstone::test {

inline double decibels(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.pixels.size(); ++k) sum += std::pow(double(a.pixels[k]) - b.pixels[k], 2);
  return -10 * std::log10(std::max(sum / double(a.pixels.size()), 1e-12));
}

}  // namespace inkstone::test
