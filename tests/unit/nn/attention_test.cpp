#include "nn/attention.hpp"

#include <gtest/gtest.h>

namespace inkstone::nn {
namespace {

TEST(Attention, IsTheWeightedMeanOfTheFormula) {
  const auto q = at::randn({2, 3, 5, 4}), k = at::randn({2, 3, 7, 4}), v = at::randn({2, 3, 7, 4});
  const auto weights = at::softmax(at::einsum("nhid,nhjd->nhij", {q, k}) / 2, -1);
  EXPECT_TRUE(at::allclose(attend(q, k, v), at::einsum("nhij,nhjd->nhid", {weights, v}), 1e-4, 1e-6));
}

TEST(Attention, StartsAsIdentity) {
  SelfAttention attention(16, 4);
  const auto x = at::randn({2, 16, 3, 5});
  EXPECT_TRUE(attention(x).equal(x));
}

// Attention knows no places: turning the picture turns the output.
TEST(Attention, CommutesWithTurning) {
  SelfAttention attention(8, 2);
  for (auto& parameter : attention->parameters()) parameter.data().normal_(0, 0.5);
  const auto x = at::randn({1, 8, 4, 6});
  EXPECT_TRUE(at::allclose(attention(x.rot90(1, {2, 3})), attention(x).rot90(1, {2, 3}), 1e-4, 1e-5));
}

TEST(Attention, ParametersAreNamedAsInDiffusers) {
  SelfAttention attention(8, 2);
  std::vector<std::string> names;
  for (const auto& item : attention->named_parameters()) names.push_back(item.key());
  EXPECT_EQ(names, (std::vector<std::string>{"group_norm.weight", "group_norm.bias", "to_q.weight", "to_q.bias", "to_k.weight",
                                             "to_k.bias", "to_v.weight", "to_v.bias", "to_out.0.weight", "to_out.0.bias"}));
}

}  // namespace
}  // namespace inkstone::nn
