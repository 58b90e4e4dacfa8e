// The embedded classifiers on the test pictures of their data sets, where these are installed: what the model cards state.
#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "catalogue/places.hpp"
#include "data/idx.hpp"
#include "eval/evaluate.hpp"
#include "eval/extractors.hpp"
#include "models/classifier/embedded.hpp"

namespace inkstone {
namespace {

double accuracy_of(const char* name, const std::filesystem::path& data) {
  const auto test = open_idx(data, "test");
  EvaluateOptions options;
  options.metrics = {"accuracy"};
  options.resamples = 0;
  Observer silent;
  return evaluate(*test, *test, *make_classifier_extractor(embedded_classifier(name)), options, silent)[0].value;
}

TEST(EmbeddedClassifiers, NameDigits) {
  const auto data = Places::from_environment().models() / "mnist";
  if (!std::filesystem::exists(data / "t10k-images-idx3-ubyte"))
    GTEST_SKIP() << "the data set is not here: inkstone models pull mnist";
  EXPECT_GE(accuracy_of("mnist", data), 0.995);
}

TEST(EmbeddedClassifiers, NameGarments) {
  const std::filesystem::path data = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  EXPECT_GE(accuracy_of("fashion-mnist", data), 0.925);
}

}  // namespace
}  // namespace inkstone
