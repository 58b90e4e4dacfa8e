// How near two pictures are, in decibels of values in [0,1]; 200 where they are the same.
#pragma once

#include <cmath>

#include <gtest/gtest.h>

#include "inkstone/image.hpp"

namespace inkstone::test {

inline double psnr(const Image& a, const Image& b) {
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.channels, b.channels);
  if (a.pixels.size() != b.pixels.size()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(a.pixels[i] - b.pixels[i], 2);
  return sum == 0 ? 200 : 10 * std::log10(static_cast<double>(a.pixels.size()) / sum);
}

}  // namespace inkstone::test
