#include "nn/picture_convolution.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::nn {
namespace {

using kernels::Edge;

// forward() on libtorch's operators and run() on packed weights are one function.
void expect_same(PictureConvolutionOptions options, int64_t height, int64_t width) {
  at::manual_seed(7);
  PictureConvolution layer(options);
  if (options.norm) {
    const at::NoGradGuard frozen;
    layer.norm()->weight.normal_();
    layer.norm()->bias.normal_();
  }
  const auto x = at::rand({2, options.in, height, width});
  const auto expected = layer.forward(x);
  const auto got = plain(layer.run(framed(x, 1, 0, at::kFloat, layer.wanted()), {}));
  ASSERT_EQ(got.sizes(), expected.sizes());
  EXPECT_LT((got - expected).abs().max().item<double>(), 2e-5);
}

TEST(PictureConvolution, PackedEqualsOperators) {
  for (const auto edge : {Edge::zero, Edge::mirror})
    for (const int64_t kernel : {1, 3, 9}) expect_same({.in = 5, .out = 7, .kernel = kernel, .edge = edge}, 12, 10);
}

TEST(PictureConvolution, PackedEqualsOperatorsWithStride) {
  for (const auto edge : {Edge::zero, Edge::mirror}) expect_same({.in = 4, .out = 6, .stride = 2, .edge = edge}, 12, 16);
  expect_same({.in = 4, .out = 6, .stride = 2, .edge = Edge::zero, .tensorflow = true}, 12, 16);
}

TEST(PictureConvolution, PackedEqualsOperatorsInGroups) {
  expect_same({.in = 8, .out = 16, .groups = 4}, 9, 11);
  expect_same({.in = 8, .out = 4, .groups = 4, .enlarge = Enlarge::nearest, .norm = false}, 6, 9);
}

TEST(PictureConvolution, PackedEqualsOperatorsEnlarging) {
  expect_same({.in = 8, .out = 4, .enlarge = Enlarge::nearest}, 6, 9);
  expect_same({.in = 8, .out = 4, .edge = Edge::zero, .enlarge = Enlarge::nearest}, 6, 9);
  for (const bool tensorflow : {false, true})
    expect_same({.in = 8, .out = 4, .edge = Edge::zero, .tensorflow = tensorflow, .enlarge = Enlarge::transposed, .bias = false},
                6, 9);
}

TEST(PictureConvolution, PackedEqualsOperatorsToFewChannels) {
  for (const bool norm : {false, true}) expect_same({.in = 16, .out = 3, .kernel = 9, .norm = norm, .relu = false}, 16, 20);
}

TEST(PictureConvolution, PackedFollowsTraining) {
  PictureConvolution layer({.in = 3, .out = 4});
  const auto x = at::rand({1, 3, 8, 8});
  const auto run = [&] { return plain(layer.run(framed(x, 1, 0, at::kFloat, layer.wanted()), {})); };
  const auto before = run();
  {
    const at::NoGradGuard frozen;
    layer.conv()->weight.mul_(-1);
  }
  EXPECT_GT((run() - before).abs().max().item<double>(), 0.1);
}

TEST(PictureConvolution, RecallsTheMomentsOfAnotherPicture) {
  PictureConvolution layer({.in = 3, .out = 4});
  const auto x = at::rand({1, 3, 16, 16});
  const auto run = [&](const at::Tensor& picture) {
    return plain(layer.run(framed(picture, 1, 0, at::kFloat, layer.wanted()), {}));
  };
  layer.set_recall(Recall::keep);
  const auto whole = run(x);
  layer.set_recall(Recall::use);
  const auto part = run(x.slice(3, 0, 8).contiguous());
  EXPECT_LT((part.slice(3, 0, 7) - whole.slice(3, 0, 7)).abs().max().item<double>(), 1e-5);
  layer.set_recall(Recall::off);
  EXPECT_GT((run(x.slice(3, 0, 8).contiguous()).slice(3, 0, 7) - whole.slice(3, 0, 7)).abs().max().item<double>(), 1e-3);
}

TEST(PictureConvolution, Trains) {
  PictureConvolution layer({.in = 3, .out = 4, .enlarge = Enlarge::nearest});
  layer.forward(at::rand({1, 3, 8, 8})).square().sum().backward();
  EXPECT_GT(layer.conv()->weight.grad().abs().sum().item<double>(), 0);
  EXPECT_GT(layer.norm()->weight.grad().abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace inkstone::nn
