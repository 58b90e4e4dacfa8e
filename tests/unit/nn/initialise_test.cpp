#include "nn/initialise.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "nn/convolution.hpp"
#include "nn/norm_rectifier.hpp"

namespace inkstone::nn {
namespace {

torch::nn::Sequential network(uint64_t seed) {
  torch::nn::Sequential layers(Convolution(ConvolutionOptions{16, 64}), NormRectifier(Norm::batch, 64, 0), Linear(64, 32));
  initialise_dcgan(*layers, at::make_generator<at::CPUGeneratorImpl>(seed));
  return layers;
}

TEST(Initialise, FollowsRadford) {
  const auto parameters = network(1)->named_parameters();
  EXPECT_NEAR(parameters["0.weight"].std().item<double>(), 0.02, 1e-3);
  EXPECT_NEAR(parameters["0.weight"].mean().item<double>(), 0, 1e-3);
  EXPECT_NEAR(parameters["1.weight"].mean().item<double>(), 1, 1e-2);
  EXPECT_EQ(parameters["1.bias"].abs().max().item<double>(), 0);
  EXPECT_EQ(parameters["2.bias"].abs().max().item<double>(), 0);
}

TEST(Initialise, IsAFunctionOfTheSeed) {
  const auto a = network(1)->parameters(), b = network(1)->parameters(), c = network(2)->parameters();
  EXPECT_TRUE(at::equal(a[0], b[0]));
  EXPECT_FALSE(at::equal(a[0], c[0]));
}

}  // namespace
}  // namespace inkstone::nn
