// What paints: the average of the weights, with the running statistics that belong to it.
#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "train/average.hpp"

namespace inkstone {
namespace {

struct NormedNetwork : torch::nn::Module {
  NormedNetwork() { norm = register_module("norm", torch::nn::BatchNorm1d(2)); }
  void set(double value, int64_t count) {
    const at::NoGradGuard frozen;
    norm->weight.fill_(value);
    norm->running_mean.fill_(10 * value);
    norm->num_batches_tracked.fill_(count);
  }
  torch::nn::BatchNorm1d norm = nullptr;
};

TEST(WeightAverage, RunningStatisticsAreAveragedWithTheWeights) {
  NormedNetwork network;
  network.set(0, 0);
  WeightAverage average(network, 0.9);
  for (int k = 1; k <= 200; ++k) {
    network.set(k % 2 == 0 ? 1 : 3, k);  // weights that swing about 2
    average.update();
  }
  average.swap();
  const double weight = network.norm->weight[0].item<double>(), mean = network.norm->running_mean[0].item<double>();
  EXPECT_NEAR(weight, 2, 0.1);
  EXPECT_NEAR(mean, 10 * weight, 1e-3);
  EXPECT_EQ(network.norm->num_batches_tracked.item<int64_t>(), 200);
}

// What does not train is its own average, to the last bit; a network may be frozen whole.
TEST(WeightAverage, LeavesWhatIsFrozenAlone) {
  NormedNetwork network;
  for (auto& parameter : network.parameters()) parameter.requires_grad_(false);
  network.set(0.1, 0);
  WeightAverage average(network, 0.998);
  for (int k = 1; k <= 50; ++k) average.update();
  average.swap();
  EXPECT_TRUE(at::equal(network.norm->weight, at::full({2}, 0.1)));
  EXPECT_TRUE(at::equal(network.norm->running_mean, at::full({2}, 1.0)));
  StateDict saved;
  average.save(saved, "average.");
  EXPECT_FALSE(saved.contains("average.norm.weight"));
}

TEST(WeightAverage, SwappedTwiceNothingHasChanged) {
  NormedNetwork network;
  network.set(1, 4);
  WeightAverage average(network, 0.9);
  network.set(2, 5);
  average.swap();
  EXPECT_EQ(network.norm->weight[0].item<double>(), 1);
  average.swap();
  EXPECT_EQ(network.norm->weight[0].item<double>(), 2);
  EXPECT_EQ(network.norm->running_mean[0].item<double>(), 20);
}

}  // namespace
}  // namespace inkstone
