#include "train/trainer.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "toy_family.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

struct StopAt : Observer {
  explicit StopAt(int64_t checks) : left(checks) {}
  bool stop_requested() override { return left-- <= 0; }
  void on_message(std::string_view message) override { messages.emplace_back(message); }
  int64_t left;
  std::vector<std::string> messages;
};

class TrainerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::temp_directory_path() / ("inkstone-trainer-" + std::to_string(::getpid()) + "-" +
                                          testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder);
    options.steps = 40;
    options.batch = 6;
    options.learning_rate = 0.05;
    options.checkpoint_every = 7;
    options.sample_every = 10;
    options.ema = 0.9;
  }
  void TearDown() override { fs::remove_all(folder); }

  TrainingSetup setup(Family& family, const std::string& run, Observer& observer) {
    return {.family = family,
            .description = {"toy", "{}", {1, 2, 2, {}}},
            .options = options,
            .data = data,
            .held_out = &data,
            .folder = folder / run,
            .processes = alone,
            .observer = observer};
  }

  TrainingResult train(ToyFamily& family, const std::string& run, Observer& observer, bool resume = false) {
    Trainer trainer(setup(family, run, observer));
    if (resume) trainer.resume();
    return trainer.run();
  }

  fs::path folder;
  LoopOptions options;
  ToyData data{6};
  Processes alone;
};

void expect_same_model(const fs::path& a, const fs::path& b) {
  const auto left = read_safetensors(a / "model.safetensors"), right = read_safetensors(b / "model.safetensors");
  ASSERT_EQ(left.tensors.size(), right.tensors.size());
  for (const auto& [name, tensor] : left.tensors) EXPECT_TRUE(at::equal(tensor, right.at(name))) << name;
}

TEST_F(TrainerTest, LossFalls) {
  ToyFamily family;
  Observer silent;
  const auto before = family.validate(data.get(0), *std::make_unique<StepNoise>(0, 0, Share{0, 6, 6}, at::kCPU))["loss"];
  const auto result = train(family, "run", silent);
  const auto after = family.validate(data.get(0), *std::make_unique<StepNoise>(0, 0, Share{0, 6, 6}, at::kCPU))["loss"];
  EXPECT_EQ(result.ending, Ending::finished);
  EXPECT_EQ(result.steps, 40);
  EXPECT_LT(after, 0.5 * before);
}

TEST_F(TrainerTest, ResumedEqualsUninterruptedBitForBit) {
  for (const std::string optimizer : {"adam", "sgd", "rmsprop", "adamw"}) {
    options.optimizer = optimizer;
    options.momentum = 0.5;
    options.weight_decay = 0.01;
    options.schedule = "cosine";
    options.warmup = 5;
    Observer silent;
    ToyFamily whole;
    train(whole, "whole-" + optimizer, silent);
    for (bool resume : {false, true, true, true}) {  // three interruptions, at steps that are no multiples of anything
      ToyFamily fresh;
      StopAt stop(resume ? 11 : 3);
      train(fresh, "parts-" + optimizer, stop, resume);
    }
    ToyFamily last;
    const auto result = train(last, "parts-" + optimizer, silent, true);
    EXPECT_EQ(result.steps, 40);
    expect_same_model(folder / ("whole-" + optimizer), folder / ("parts-" + optimizer));
  }
}

TEST_F(TrainerTest, ResumesFromTheOlderCheckpointWhenTheNewestIsTorn) {
  ToyFamily family, again;
  Observer silent;
  train(family, "run", silent);
  const auto newest = folder / "run/checkpoints/step-00000040.safetensors";
  ASSERT_TRUE(fs::exists(newest));
  fs::resize_file(newest, fs::file_size(newest) / 2);
  StopAt watch(1000);
  Trainer trainer(setup(again, "run", watch));
  EXPECT_EQ(trainer.resume(), 35);
  ASSERT_EQ(watch.messages.size(), 1u);
  EXPECT_NE(watch.messages[0].find("step-00000040"), std::string::npos);
  trainer.run();
  EXPECT_TRUE(at::equal(family.linear->weight, again.linear->weight));
}

TEST_F(TrainerTest, KeepsTheLastCheckpointsOnly) {
  ToyFamily family;
  Observer silent;
  options.keep = 3;
  train(family, "run", silent);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder / "run/checkpoints")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"step-00000028.safetensors", "step-00000035.safetensors", "step-00000040.safetensors"}));
}

TEST_F(TrainerTest, AccumulationEqualsTheWholeBatch) {
  ToyFamily whole, parts;
  whole.uses_dropout = parts.uses_dropout = false;
  Observer silent;
  train(whole, "whole", silent);
  options.accumulate = 4;  // 6 pictures in parts of 1, 2, 1, 2
  train(parts, "parts", silent);
  EXPECT_TRUE(at::allclose(whole.linear->weight, parts.linear->weight, 1e-5, 1e-6));
}

TEST_F(TrainerTest, DivergenceGoesBackAndTriesAtHalfTheRate) {
  ToyFamily family;
  family.spoil_at = 17;
  family.spoils = 1;
  options.retries = 1;
  StopAt watch(1000);
  const auto result = train(family, "run", watch);
  EXPECT_EQ(result.ending, Ending::finished);
  ASSERT_FALSE(watch.messages.empty());
  EXPECT_NE(watch.messages[0].find("step 18"), std::string::npos) << watch.messages[0];
  EXPECT_NE(watch.messages[0].find("Back from step 17 to 14"), std::string::npos) << watch.messages[0];
  EXPECT_TRUE(at::isfinite(family.linear->weight).all().item<bool>());
}

TEST_F(TrainerTest, DivergenceWithoutRetriesEndsAtTheLastCheckpoint) {
  ToyFamily family;
  family.spoil_at = 17;
  family.spoils = 1;
  StopAt watch(1000);
  try {
    train(family, "run", watch);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("loss of the net became nan"), std::string::npos) << error.what();
  }
  ToyFamily again;
  Trainer trainer(setup(again, "run", watch));
  EXPECT_EQ(trainer.resume(), 14);
}

TEST_F(TrainerTest, StopsEarlyWithoutImprovement) {
  ToyFamily family;
  Observer silent;
  options.learning_rate = 0;
  options.validate_every = 2;
  options.patience = 3;
  const auto result = train(family, "run", silent);
  EXPECT_EQ(result.ending, Ending::no_improvement);
  EXPECT_EQ(result.steps, 8);  // best at 2, then three without improvement
}

TEST_F(TrainerTest, PictureBudget) {
  ToyFamily family;
  Observer silent;
  options.images = 60;
  EXPECT_EQ(train(family, "run", silent).steps, 10);
}

TEST_F(TrainerTest, RefusesTheCheckpointOfAnotherFamily) {
  ToyFamily family, other;
  Observer silent;
  train(family, "run", silent);
  auto changed = setup(other, "run", silent);
  changed.description.family = "vae";
  Trainer trainer(std::move(changed));
  EXPECT_THROW(trainer.resume(), Error);
}

TEST_F(TrainerTest, RefusesNetworksOfAnotherSize) {
  ToyFamily family, larger(9);
  Observer silent;
  train(family, "run", silent);
  Trainer trainer(setup(larger, "run", silent));
  EXPECT_THROW(trainer.resume(), Error);
}

TEST_F(TrainerTest, ModelOfAStoppedRunIsItsAverage) {
  ToyFamily family;
  Observer silent;
  train(family, "run", silent);
  const auto model = read_model(folder / "run");
  fs::remove(folder / "run/model.safetensors");
  const auto from_checkpoint = read_model(folder / "run");
  EXPECT_TRUE(at::equal(model.at("net.linear.weight"), from_checkpoint.at("net.linear.weight")));
  EXPECT_FALSE(at::equal(model.at("net.linear.weight"), family.linear->weight));
  EXPECT_EQ(description_of(from_checkpoint).shape.width, 2);
}

TEST_F(TrainerTest, FullDiskIsAnIoErrorAndTheOldCheckpointStays) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  ToyFamily family;
  Observer silent;
  options.steps = 7;
  train(family, "run", silent);
  fs::permissions(folder / "run/checkpoints", fs::perms::owner_read | fs::perms::owner_exec);
  if (::geteuid() == 0) {
    fs::permissions(folder / "run/checkpoints", fs::perms::owner_all);
    GTEST_SKIP() << "root may write anywhere";
  }
  options.steps = 14;
  EXPECT_THROW(train(family, "run", silent, true), Error);
  fs::permissions(folder / "run/checkpoints", fs::perms::owner_all);
  EXPECT_TRUE(fs::exists(folder / "run/checkpoints/step-00000007.safetensors"));
}

}  // namespace
}  // namespace inkstone
