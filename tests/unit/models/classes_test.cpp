#include "models/imagenet/classes.hpp"

#include <set>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/features/network_builder.hpp"

namespace inkstone {
namespace {

FeatureNetwork naming_network() {
  FeatureNetwork network;
  network.name = "naming";
  NetworkBuilder builder(network);
  const auto conv =
      builder.first_conv("conv", at::ones({1000, 3, 1, 1}) * at::arange(1000).view({1000, 1, 1, 1}) / 1000, at::zeros({1000}), 1);
  builder.linear("logits", builder.mean("mean", conv), at::eye(1000), at::zeros({1000}));
  set_imagenet_classes(network);
  return network;
}

std::string refusal(const std::string& name) {
  try {
    class_of(naming_network(), name);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::not_found);
    return error.what();
  }
  return "";
}

TEST(ImagenetClasses, AreAThousandDifferentNames) {
  const auto names = imagenet_classes();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 1000u);
  EXPECT_EQ(names[0], "tench");
  EXPECT_EQ(names[281], "tabby");
  EXPECT_EQ(names[999], "toilet tissue");
}

TEST(ImagenetClasses, AreFoundByNameNumberAndWord) {
  const auto network = naming_network();
  EXPECT_EQ(class_of(network, "281"), 281);
  EXPECT_EQ(class_of(network, "Egyptian_cat"), 285);
  EXPECT_EQ(class_of(network, "tabby"), 281);
  EXPECT_EQ(class_of(network, "koala"), 105);
}

TEST(ImagenetClasses, RefuseWhatIsUnknownOrCouldBeSeveral) {
  EXPECT_NE(refusal("cat").find("could be any of"), std::string::npos);
  EXPECT_NE(refusal("tabbby").find("did you mean 'tabby'?"), std::string::npos);
  EXPECT_NE(refusal("1000").find("0 to 999"), std::string::npos);
}

TEST(ImagenetClasses, TopTagsFall) {
  const auto network = naming_network();
  const auto probabilities = class_probabilities(network, at::rand({1, 3, 40, 300}));
  EXPECT_NEAR(probabilities.sum().item<double>(), 1, 1e-4);
  const auto tags = top_tags(network, probabilities, 3);
  ASSERT_EQ(tags.size(), 3u);
  EXPECT_EQ(tags[0].index, 999);
  EXPECT_GE(tags[0].probability, tags[1].probability);
}

}  // namespace
}  // namespace inkstone
