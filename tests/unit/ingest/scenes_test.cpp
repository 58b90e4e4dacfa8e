#include "ingest/annotation/scenes.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/imagenet/class_names.hpp"

namespace inkstone {
namespace {

// The rest goes to a class that is in no scene.
std::vector<float> seen(const std::vector<std::pair<std::string, float>>& classes) {
  const auto place = [](const std::string& name) {
    return std::find(imagenet::kClassNames.begin(), imagenet::kClassNames.end(), name) - imagenet::kClassNames.begin();
  };
  std::vector<float> probabilities(imagenet::kClassNames.size());
  float rest = 1;
  for (const auto& [name, probability] : classes) {
    probabilities.at(std::size_t(place(name))) = probability;
    rest -= probability;
  }
  probabilities.at(std::size_t(place("tench"))) = rest;
  return probabilities;
}

TEST(Scenes, SumWhatStandsForThem) {
  const auto scenes = scenes_in(seen({{"seashore", 0.15F}, {"sandbar", 0.15F}, {"promontory", 0.1F}}));
  ASSERT_EQ(scenes.size(), 1U);
  EXPECT_EQ(scenes[0].name, "seashore");
  EXPECT_EQ(scenes[0].chinese, "海边");
  EXPECT_NEAR(scenes[0].probability, 0.4F, 1e-6);
}

TEST(Scenes, EveryNameIsFoundByItsOwnClasses) {
  const std::pair<const char*, const char*> known[] = {{"alp", "mountains"},
                                                       {"street sign", "street"},
                                                       {"restaurant", "restaurant"},
                                                       {"stove", "kitchen"},
                                                       {"picket fence", "garden"},
                                                       {"library", "library"},
                                                       {"steel arch bridge", "bridge"},
                                                       {"toilet seat", "bathroom"},
                                                       {"container ship", "harbour"},
                                                       {"coral reef", "under water"},
                                                       {"airliner", "sky"},
                                                       {"barn", "countryside"},
                                                       {"four-poster", "bedroom"},
                                                       {"studio couch", "living room"},
                                                       {"pizza", "food"},
                                                       {"toyshop", "shop"}};
  for (const auto& [name, scene] : known) {
    const auto scenes = scenes_in(seen({{name, 0.9F}}));
    ASSERT_EQ(scenes.size(), 1U) << name;
    EXPECT_EQ(scenes[0].name, scene) << name;
  }
}

TEST(Scenes, LikeliestFirstAtMostTwoNothingUnsure) {
  const auto scenes = scenes_in(seen({{"lakeside", 0.3F}, {"alp", 0.36F}, {"seashore", 0.27F}}));
  ASSERT_EQ(scenes.size(), 2U);
  EXPECT_EQ(scenes[0].name, "mountains");
  EXPECT_EQ(scenes[1].name, "lake or river");
  EXPECT_TRUE(scenes_in(seen({{"lakeside", 0.2F}, {"alp", 0.2F}})).empty());
  EXPECT_TRUE(scenes_in(seen({{"red fox", 1}})).empty());
}

// If every class said its scene and a class were in two, the sums would be more than the whole.
TEST(Scenes, NoClassIsInTwo) {
  for (std::size_t index = 0; index < imagenet::kClassNames.size(); ++index) {
    std::vector<float> probabilities(imagenet::kClassNames.size());
    probabilities[index] = 1;
    EXPECT_LE(scenes_in(probabilities).size(), 1U) << imagenet::kClassNames[index];
  }
}

TEST(Scenes, WantAThousandClasses) {
  EXPECT_THROW(scenes_in(std::vector<float>(10, 0.1F)), Error);
}

}  // namespace
}  // namespace inkstone
