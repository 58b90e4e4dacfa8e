#include "families/plan.hpp"

#include <gtest/gtest.h>

#include "families/registry.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr const char* kConfig = R"(family = "dcgan"
data = "fashion-mnist"

[model]
latent = 64

[pictures]
width = 32

[train]
steps = 100
learning-rate = 1e-4
)";

std::string failure(const std::string& text, const nlohmann::json& overrides = nlohmann::json::object()) {
  try {
    read_plan(text, "x.toml", overrides);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "";
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = kConfig;
  return text.replace(text.find(from), from.size(), to);
}

TEST(Plan, ReadsEverySection) {
  const auto plan = read_plan(kConfig, "x.toml");
  EXPECT_EQ(plan.family, "dcgan");
  EXPECT_EQ(plan.data, "fashion-mnist");
  EXPECT_EQ(plan.model.at("latent"), 64);
  EXPECT_EQ(plan.pictures.width, 32);
  EXPECT_EQ(plan.loop.steps, 100);
  EXPECT_DOUBLE_EQ(plan.loop.learning_rate, 1e-4);
  EXPECT_EQ(plan.loop.batch, LoopOptions().batch);
}

TEST(Plan, OverridesWinAndMayBeText) {
  const auto plan = read_plan(kConfig, "x.toml", {{"steps", "7"}, {"flip", true}, {"latent", 12}, {"data", "mnist"}});
  EXPECT_EQ(plan.loop.steps, 7);
  EXPECT_TRUE(plan.augment.flip);
  EXPECT_EQ(plan.model.at("latent"), 12);
  EXPECT_EQ(plan.data, "mnist");
}

TEST(Plan, ItsTextGivesItAgain) {
  const auto plan = read_plan(kConfig, "x.toml", {{"clip", 0.5}});
  const auto again = read_plan(plan_text(plan), "config.toml");
  EXPECT_EQ(plan_text(again), plan_text(plan));
  EXPECT_EQ(again.loop.clip, 0.5);
}

TEST(Plan, MistakesAreToldWithLineAndNearestName) {
  EXPECT_EQ(failure(with("steps = 100", "step = 100")),
            "x.toml, line 11: unknown option 'step' in [train]; did you mean 'steps'?");
  EXPECT_NE(failure(with("latent = 64", "latent = \"many\"")).find("x.toml, line 5"), std::string::npos);
  EXPECT_NE(failure(with("1e-4", "-3")).find("x.toml, line 12"), std::string::npos);
  EXPECT_NE(failure(with("[pictures]", "[picture]")).find("did you mean 'pictures'"), std::string::npos);
  EXPECT_NE(failure(with("\"dcgan\"", "\"dcgam\"")).find("did you mean 'dcgan'"), std::string::npos);
  EXPECT_NE(failure(with("family = \"dcgan\"", "")).find("'family' is missing"), std::string::npos);
  EXPECT_NE(failure(with("steps = 100", "")).find("neither steps nor epochs"), std::string::npos);
  EXPECT_NE(failure(with("width = 32", "width = 32 px")).find("x.toml, line 8"), std::string::npos);
  EXPECT_NE(failure(with("width = 32", "width = 2026-01-01")).find("date"), std::string::npos);
  EXPECT_NE(failure(kConfig, {{"stepz", "7"}}).find("did you mean 'steps'"), std::string::npos);
  EXPECT_NE(failure(kConfig, {{"steps", "seven"}}).size(), 0u);
}

TEST(Plan, EveryBuiltInConfigIsWhole) {
  ASSERT_FALSE(built_in_configs().empty());
  for (const auto& name : built_in_configs()) EXPECT_NO_THROW(read_plan(built_in_config(name), name)) << name;
  EXPECT_THROW(built_in_config("gan-mnits"), Error);
}

TEST(Registry, OptionNamesOfAFamilyDoNotCollideWithTheLoops) {
  std::set<std::string> loop = {"data", "config", "output", "resume", "from", "device", "list", "dry-run", "print-config"};
  for (const auto& field : fields_of<LoopOptions>()) loop.insert(field.option.name);
  for (const auto& field : fields_of<DataOptions>()) loop.insert(field.option.name);
  for (const auto& field : fields_of<AugmentOptions>()) loop.insert(field.option.name);
  for (const auto& family : families())
    for (const auto& field : family.fields())
      EXPECT_FALSE(loop.contains(field.option.name)) << family.name << " --" << field.option.name;
}

TEST(Registry, EveryFamilyIsSavedAndLoadedAgain) {
  for (const auto& entry : families()) {
    const bool personal = entry.native != nullptr;  // goes on from a model, of its size, with a subject to learn
    const auto options = personal ? nlohmann::json{{"token", "<mine>"}} : nlohmann::json::object();
    auto shape = personal ? entry.native(options) : PictureShape{3, 32, 32, {}};
    shape.classes = {"a", "b"};
    at::manual_seed(1);
    const auto family = entry.make(options, shape);
    StateDict state;
    collect_weights(state, family->networks());
    describe(state, {entry.name, options.dump(), shape});
    at::manual_seed(2);
    const auto again = load_family(state);
    StateDict copy;
    collect_weights(copy, again->networks());
    ASSERT_EQ(copy.tensors.size(), state.tensors.size()) << entry.name;
    for (const auto& [name, tensor] : state.tensors) EXPECT_TRUE(at::equal(tensor, copy.at(name))) << entry.name << " " << name;
  }
}

}  // namespace
}  // namespace inkstone
