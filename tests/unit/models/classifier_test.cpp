#include "models/classifier/classifier.hpp"

#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/classifier/embedded.hpp"
#include "models/inception/inception.hpp"
#include "models/inception/layers.hpp"

namespace inkstone {
namespace {

TEST(EmbeddedClassifiers, AreSmallAndComplete) {
  for (const auto& name : embedded_classifiers()) {
    const auto classifier = embedded_classifier(name);
    EXPECT_EQ(classifier.name, name);
    EXPECT_EQ(classifier.classes.size(), 10u);
    EXPECT_FALSE(classifier.net->is_training());
    EXPECT_LT(std::filesystem::file_size(INKSTONE_SOURCE_DIR "/assets/classifiers/" + name + ".safetensors"), 1'000'000u);
  }
  EXPECT_THROW(embedded_classifier("minst"), Error);
}

TEST(Classifier, SurvivesItsFile) {
  torch::manual_seed(1);
  Classifier original{"mine", ClassifierNet(ClassifierConfig{3, 4, 8}), 16, 20, {"a", "b", "c", "d"}};
  original.net->eval();
  auto copy = to_classifier(to_state_dict(original));
  const auto x = at::rand({2, 3, 16, 20}) * 2 - 1;
  EXPECT_TRUE(at::equal(copy.net->forward(x), original.net->forward(x)));
  EXPECT_EQ(copy.classes, original.classes);
  EXPECT_EQ(copy.height, 16);
  EXPECT_EQ(copy.width, 20);
}

TEST(Classifier, FeaturesAreRectifiedMeansOfAnySize) {
  ClassifierNet net(ClassifierConfig{1, 10, 8});
  net->eval();
  for (const int64_t side : {4, 28, 45}) {
    const auto features = net->features(at::rand({2, 1, side, side}));
    EXPECT_EQ(features.sizes().vec(), (std::vector<int64_t>{2, 32}));
    EXPECT_GE(features.min().item<float>(), 0);
  }
}

TEST(Classifier, RefusesOtherFiles) {
  const Classifier original{"mine", ClassifierNet(ClassifierConfig{1, 2, 4}), 8, 8, {"a", "b"}};
  const auto category = [](const StateDict& weights) {
    try {
      to_classifier(weights);
    } catch (const Error& error) {
      return error.category();
    }
    return ErrorCategory::io;
  };
  auto weights = to_state_dict(original);
  weights.metadata["inkstone.family"] = "vae";
  EXPECT_EQ(category(weights), ErrorCategory::unsupported);
  weights = to_state_dict(original);
  weights.tensors.erase("classifier.norm3.running_var");
  EXPECT_EQ(category(weights), ErrorCategory::corrupt_file);
  weights = to_state_dict(original);
  weights.metadata["inkstone.shape"] = R"({"channels":1,"height":8,"width":8,"classes":["a"]})";
  EXPECT_EQ(category(weights), ErrorCategory::corrupt_file);
  weights.metadata["inkstone.shape"] = "{";
  EXPECT_EQ(category(weights), ErrorCategory::corrupt_file);
}

TEST(Inception, HasTheLayersOfThePaper) {
  int64_t numbers = inception::kFeatures * inception::kClasses;
  for (const auto& c : inception::convolutions()) numbers += c.out * c.in * c.height * c.width;
  EXPECT_EQ(inception::convolutions().size(), 94u);
  EXPECT_NEAR(double(numbers), 23.8e6, 0.1e6);
}

TEST(Inception, RefusesTorchvisionsWeights) {
  StateDict weights;
  weights.tensors["fc.weight"] = at::zeros({1000, 2048});
  try {
    Inception network(weights);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
  weights = random_inception_weights(1);
  weights.tensors.erase("Mixed_6c.branch7x7_2.bn.bias");
  EXPECT_THROW(Inception{weights}, Error);
}

}  // namespace
}  // namespace inkstone
