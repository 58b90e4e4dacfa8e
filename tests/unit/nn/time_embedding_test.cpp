#include "nn/time_embedding.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::nn {
namespace {

TEST(TimeEmbedding, IsSinesThenCosinesOfFallingFrequency) {
  const auto e = sinusoidal_embedding(at::tensor({0.0F, 3.0F}), 8);
  for (int i = 0; i < 4; ++i) {
    const double angle = 3 * std::pow(10000.0, -i / 3.0);
    EXPECT_NEAR(e[1][i].item<double>(), std::sin(angle), 1e-6);
    EXPECT_NEAR(e[1][4 + i].item<double>(), std::cos(angle), 1e-6);
    EXPECT_EQ(e[0][i].item<double>(), 0);
    EXPECT_EQ(e[0][4 + i].item<double>(), 1);
  }
}

TEST(TimeEmbedding, OddWidthIsRefused) {
  EXPECT_THROW(sinusoidal_embedding(at::zeros({1}), 7), Error);
}

}  // namespace
}  // namespace inkstone::nn
