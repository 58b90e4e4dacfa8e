#include "inkstone/tasks.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace inkstone {
namespace {

using nlohmann::json;

TEST(Tasks, EverySchemaIsCompleteAndNamesNoPlaceOfTheMachine) {
  std::set<std::string> names;
  for (const auto& task : tasks()) {
    EXPECT_TRUE(names.insert(task.name).second);
    const auto schema = json::parse(task.schema);
    EXPECT_EQ(schema["type"], "object");
    EXPECT_EQ(schema["properties"].size(), schema["x-order"].size()) << task.name;
    for (const char* place : {"output", "preview-path", "lora-model-dir", "loss-log", "prompt-file", "network"})
      EXPECT_FALSE(schema["properties"].contains(place)) << task.name << place;
    for (const auto& required : schema.value("required", json::array()))
      EXPECT_TRUE(schema["properties"].contains(required)) << task.name << required;
  }
  for (const char* name : {"paint", "stylize", "upscale", "restore", "dream", "explain", "annotate", "post", "evaluate", "train",
                           "replay", "pull", "bench"})
    EXPECT_TRUE(names.contains(name)) << name;
}

}  // namespace
}  // namespace inkstone
