#include "nn/product.hpp"

#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace inkstone::nn {
namespace {

at::Tensor drawn(at::IntArrayRef sizes) {
  return at::randn(sizes).requires_grad_(true);
}

// Gradients of the sum of the squares by our product and by libtorch's.
void expect_same_gradients(const std::function<at::Tensor(const at::Tensor&, const at::Tensor&)>& ours,
                           const std::function<at::Tensor(const at::Tensor&, const at::Tensor&)>& theirs, const at::Tensor& a,
                           const at::Tensor& b) {
  const auto y = ours(a, b), expected = theirs(a, b);
  EXPECT_TRUE(at::allclose(y, expected, 1e-4, 1e-5));
  const auto found = torch::autograd::grad({y.square().sum()}, {a, b}),
             wanted = torch::autograd::grad({expected.square().sum()}, {a, b});
  EXPECT_TRUE(at::allclose(found[0], wanted[0], 1e-4, 1e-4));
  EXPECT_TRUE(at::allclose(found[1], wanted[1], 1e-4, 1e-4));
}

const auto multiplied = [](const at::Tensor& a, const at::Tensor& b) { return at::matmul(a, b); };

TEST(Product, EqualsLibtorchWithItsGradients) {
  at::manual_seed(1);
  expect_same_gradients(&product, multiplied, drawn({7, 5}), drawn({5, 3}));
  expect_same_gradients(&product, multiplied, drawn({2, 3, 17, 8}), drawn({2, 3, 8, 17}));
}

TEST(Product, TakesTransposedViewsAndSlices) {
  at::manual_seed(2);
  const auto whole = drawn({2, 9, 3, 4, 8}), other = drawn({2, 4, 8, 9});
  const auto queries = [](const at::Tensor& t) { return t.select(2, 0).transpose(1, 2); };
  expect_same_gradients([&](const at::Tensor& a, const at::Tensor& b) { return product(queries(a), b); },
                        [&](const at::Tensor& a, const at::Tensor& b) { return at::matmul(queries(a), b); }, whole, other);
}

TEST(Product, OfNothingIsEmpty) {
  EXPECT_EQ(product(at::empty({0, 3}), at::empty({3, 2})).size(0), 0);
}

TEST(Linear, EqualsLibtorchWithItsGradients) {
  at::manual_seed(3);
  const auto bias = at::randn({6});
  expect_same_gradients([&](const at::Tensor& x, const at::Tensor& w) { return linear(x, w, bias); },
                        [&](const at::Tensor& x, const at::Tensor& w) { return at::linear(x, w, bias); }, drawn({2, 5, 4}),
                        drawn({6, 4}));
}

}  // namespace
}  // namespace inkstone::nn
