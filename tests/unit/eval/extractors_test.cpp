#include "eval/extractors.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/classifier/embedded.hpp"

namespace inkstone {
namespace {

TEST(ClassifierExtractor, LooksAtAnySizeAndBothColours) {
  at::manual_seed(1);
  const auto extractor = make_classifier_extractor(embedded_classifier("mnist"));
  EXPECT_EQ(extractor->dimension(), 128);
  EXPECT_EQ(extractor->name().rfind("classifier-mnist/", 0), 0u);
  for (const auto& shape : {std::vector<int64_t>{3, 1, 28, 28}, {2, 3, 32, 32}, {1, 1, 64, 40}}) {
    const auto seen = (*extractor)(at::randint(0, 256, shape).to(at::kByte));
    EXPECT_EQ(seen.features.sizes().vec(), (std::vector<int64_t>{shape[0], 128}));
    EXPECT_TRUE(at::allclose(seen.probabilities.sum(1), at::ones({shape[0]}), 1e-5));
  }
  EXPECT_THROW((*extractor)(at::zeros({1, 4, 28, 28}, at::kByte)), Error);
}

// A grey picture is the same picture in RGB.
TEST(ClassifierExtractor, GreyAsColourIsTheSame) {
  at::manual_seed(2);
  const auto extractor = make_classifier_extractor(embedded_classifier("fashion-mnist"));
  const auto grey = at::randint(0, 256, {2, 1, 28, 28}).to(at::kByte);
  EXPECT_TRUE(at::allclose((*extractor)(grey).features, (*extractor)(grey.expand({-1, 3, -1, -1})).features, 1e-3, 1e-4));
}

TEST(InceptionExtractor, NamesItsWeightsAndResize) {
  const auto weights = random_inception_weights(1);
  const auto extractor = make_inception_extractor(weights, InceptionResize::clean);
  EXPECT_EQ(extractor->dimension(), 2048);
  EXPECT_EQ(extractor->name().substr(0, 13), "inception-v3/");
  EXPECT_NE(extractor->name().find("/clean"), std::string::npos);
  const auto seen = (*extractor)(at::full({1, 1, 20, 30}, 80, at::kByte));
  EXPECT_EQ(seen.probabilities.size(1), 1008);
  EXPECT_TRUE(seen.features.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace inkstone
