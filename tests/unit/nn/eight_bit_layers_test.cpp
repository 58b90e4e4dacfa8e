#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/fill.hpp"
#include "nn/frozen.hpp"

namespace inkstone::nn {
namespace {

double distance_ratio(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

struct Pair : torch::nn::Module {
  FrozenConv2d convolution{64, 48};
  FrozenLinear linear{48, 512};
  FrozenLinear small{512, 4};
  Pair() {
    register_module("convolution", convolution);
    register_module("linear", linear);
    register_module("small", small);
  }
  at::Tensor forward(const at::Tensor& x) { return small(linear(convolution(x).flatten(2).transpose(1, 2))); }
};

TEST(KeepInEightBits, ChangesTheAnswerByLessThanAHundredth) {
  at::manual_seed(1);
  const auto held = std::make_shared<Pair>();  // libtorch lists the parts of shared modules alone
  auto& network = *held;
  StateDict weights;
  for (const auto& item : network.named_parameters()) weights.tensors[item.key()] = at::randn(item.value().sizes());
  fill(network, weights, {});
  const auto x = at::randn({2, 64, 9, 7}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto exact = network.forward(x);
  const auto kept = network.small->weight.clone();
  keep_in_eight_bits(network);
  const auto close = network.forward(x);
  EXPECT_LT(distance_ratio(close, exact), 0.01);
  EXPECT_GT(distance_ratio(close, exact), 1e-5);             // or nothing was done
  EXPECT_TRUE(network.small->weight.equal(kept));            // too small to be worth it
  EXPECT_EQ(network.linear->weight.storage().nbytes(), 4U);  // nothing of it is held
  keep_in_eight_bits(network);                               // a second time does nothing
  forget_packed(network);
  EXPECT_TRUE(network.forward(x).equal(close));
  network.convolution->wrapping = {true, true};
  EXPECT_EQ(network.forward(x).sizes(), exact.sizes());
}

}  // namespace
}  // namespace inkstone::nn
