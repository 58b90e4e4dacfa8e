#include "train/watch/profile.hpp"

#include <gtest/gtest.h>

#include <set>

#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

void compute() {
  const auto weight = at::randn({64, 64}).set_requires_grad(true);
  at::relu(at::linear(at::randn({8, 64}), weight)).sum().backward();
}

std::set<std::string> names_in(const nlohmann::json& trace) {
  std::set<std::string> names;
  for (const auto& event : trace.at("traceEvents")) names.insert(event.at("name").get<std::string>());
  return names;
}

TEST(OperatorProfile, the_trace_holds_the_operators_of_a_step) {
  OperatorProfile profile;
  profile.step(7);
  compute();
  profile.stop();
  compute();  // not heard any more
  const auto trace = nlohmann::json::parse(profile.trace());
  const auto names = names_in(trace);
  for (const auto* name : {"step 7", "aten::linear", "aten::relu", "aten::sum", "memory CPU"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_TRUE(
      std::any_of(names.begin(), names.end(), [](const auto& name) { return name.find("Backward") != std::string::npos; }));
  int linears = 0;
  for (const auto& event : trace["traceEvents"])
    if (event["name"] == "aten::linear") {
      ++linears;
      EXPECT_EQ(event["args"]["shapes"], "[8,64] [64,64]");
      EXPECT_GT(event["dur"].get<double>(), 0);
    }
  EXPECT_EQ(linears, 1);
}

TEST(OperatorProfile, self_times_add_up_and_memory_is_counted) {
  OperatorProfile profile;
  const auto kept = at::matmul(at::ones({256, 256}), at::ones({256, 256}));
  profile.stop();
  double self = 0, outermost = 0;
  for (const auto& item : profile.totals()) {
    EXPECT_GE(item.total_seconds, item.self_seconds - 1e-12);
    self += item.self_seconds;
    if (item.name == "aten::matmul" || item.name == "aten::ones") outermost += item.total_seconds;
  }
  EXPECT_NEAR(self, outermost, 1e-9);
  for (const auto& item : profile.totals()) {
    if (item.name == "aten::ones") {
      EXPECT_EQ(item.bytes, 2 * 256 * 256 * 4);
    }
    if (item.name == "aten::matmul") {
      EXPECT_EQ(item.bytes, 256 * 256 * 4);
    }
  }
  EXPECT_NE(profile.table().find("aten::mm"), std::string::npos) << profile.table();
}

TEST(ProfiledSteps, skips_the_warm_up_and_writes_once) {
  const RunFolder folder;
  ProfiledSteps steps(folder.path() / "run", 2);
  std::vector<int64_t> written;
  for (int64_t step = 0; step < 10; ++step) {
    if (steps.before_step(step)) written.push_back(step);
    compute();
  }
  EXPECT_EQ(written, std::vector<int64_t>{4});
  const auto names = names_in(nlohmann::json::parse(folder.text("run/profile.json")));
  EXPECT_TRUE(names.contains("step 2") && names.contains("step 3"));
  EXPECT_FALSE(names.contains("step 1") || names.contains("step 4"));
  EXPECT_EQ(folder.text("run/profile.txt"), steps.table());
  EXPECT_FALSE(steps.finish());
}

TEST(ProfiledSteps, a_run_that_ends_early_writes_what_there_is) {
  const RunFolder folder;
  ProfiledSteps steps(folder.path(), 100);
  for (int64_t step = 0; step < 4; ++step) {
    steps.before_step(step);
    compute();
  }
  EXPECT_TRUE(steps.finish());
  EXPECT_TRUE(names_in(nlohmann::json::parse(folder.text("profile.json"))).contains("step 3"));
}

}  // namespace
}  // namespace inkstone
