#include "models/fast_style/fast_style.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

double distance_between(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(FastStyle, PackedEqualsOperators) {
  at::manual_seed(5);
  FastStyle network(FastStyleConfig{.widths = {8, 12, 16}, .blocks = 2});
  const auto picture = at::rand({2, 3, 32, 48});
  const auto expected = network->forward(picture).detach();
  const at::NoGradGuard frozen;
  EXPECT_LT(distance_between(network->forward(picture), expected), 1e-4);
  EXPECT_LT(distance_between(network->forward(picture, at::kBFloat16), expected), 0.1);
}

TEST(FastStyle, PackedEqualsOperatorsInTheTensorFlowForm) {
  at::manual_seed(6);
  FastStyle network(FastStyleConfig{
      .widths = {8, 12, 16}, .blocks = 1, .tensorflow = true, .bias = false, .norm_last = true, .eps = 1e-3, .input_scale = 255});
  const auto picture = at::rand({1, 3, 20, 24});
  const auto expected = network->forward(picture).detach();
  const at::NoGradGuard frozen;
  EXPECT_LT(distance_between(network->forward(picture), expected), 1e-4);
}

StateDict parameters_of(FastStyle network) {
  StateDict state;
  for (const auto& item : network->named_parameters()) state.tensors[item.key()] = item.value().detach();
  return state;
}

TEST(FastStyle, ReadsTheNamesOfPyTorchsExample) {
  FastStyle network(
      FastStyleConfig{.widths = {4, 6, 8}, .blocks = 2, .input_scale = 255, .output = FastStyleConfig::Output::pixels});
  const auto state = parameters_of(network);
  ASSERT_TRUE(is_fast_style(state));
  const auto again = make_fast_style(state);
  EXPECT_EQ(again->config().blocks, 2);
  const at::NoGradGuard frozen;
  const auto picture = at::rand({1, 3, 16, 16});
  EXPECT_EQ(distance_between(FastStyle(again)->forward(picture), network->forward(picture)), 0);
}

TEST(FastStyle, ReadsWhatIsTrainedHere) {
  FastStyle network(FastStyleConfig{.widths = {4, 8, 16}, .blocks = 1});
  StateDict state;
  for (const auto& [name, tensor] : parameters_of(network).tensors) state.tensors["painter." + name] = tensor.to(at::kHalf);
  state.metadata["inkstone.family"] = "fast-style";
  const at::NoGradGuard frozen;
  const auto picture = at::rand({1, 3, 16, 16});
  EXPECT_LT(distance_between(make_fast_style(state)->forward(picture), network->forward(picture)), 0.02);
}

TEST(FastStyle, SaysWhatIsWrongWithWeights) {
  FastStyle network(FastStyleConfig{.widths = {4, 6, 8}, .blocks = 1});
  auto state = parameters_of(network);
  state.tensors["res1.conv2.conv2d.weight"] = at::zeros({8, 7, 3, 3});
  try {
    make_fast_style(state);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::corrupt_file);
    EXPECT_NE(std::string(error.what()).find("res1.conv2.conv2d.weight"), std::string::npos) << error.what();
  }
  EXPECT_THROW(make_fast_style(StateDict{}), Error);
}

}  // namespace
}  // namespace inkstone
