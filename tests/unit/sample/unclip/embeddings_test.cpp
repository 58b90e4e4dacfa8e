#include "sample/unclip/embeddings.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::unclip {
namespace {

at::Tensor row(std::vector<double> values) {
  return at::tensor(values, at::kFloat).unsqueeze(0);
}

TEST(UnclipEmbeddings, GoFromOnePictureToTheOtherOnTheCircle) {
  const auto a = row({3, 0, 0}), b = row({0, 3, 0});
  EXPECT_TRUE(at::allclose(embedding_between(a, b, 0), a));
  EXPECT_TRUE(at::allclose(embedding_between(a, b, 1), b, 1e-5, 1e-5));
  EXPECT_NEAR(embedding_between(a, b, 0.5).norm().item<double>(), 3, 1e-5);
}

TEST(UnclipEmbeddings, ChangeTurnsTowardsWhatTheWordsDifferIn) {
  const auto picture = row({2, 0, 0}), from = row({0, 0, 1}), to = row({0, 0.5, 1});
  EXPECT_TRUE(at::allclose(embedding_changed(picture, from, to, 0), picture));
  const auto changed = embedding_changed(picture, from, to, 0.5);
  EXPECT_NEAR(changed.norm().item<double>(), 2, 1e-5);
  EXPECT_NEAR(changed[0][1].item<double>(), 2 * std::sqrt(0.5), 1e-5);
  EXPECT_NEAR(changed[0][2].item<double>(), 0, 1e-6);
}

TEST(UnclipEmbeddings, WordsThatSayTheSameAreRefused) {
  const auto words = row({0.1, 0.2, 0.3});
  EXPECT_THROW(embedding_changed(row({1, 0, 0}), words, words, 0.5), Error);
}

}  // namespace
}  // namespace inkstone::unclip
