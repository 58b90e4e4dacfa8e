#include "train/privacy.hpp"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "toy_family.hpp"
#include "train/trainer.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

at::Tensor leaf(const std::vector<float>& values) {
  return at::tensor(values).requires_grad_(true);
}

StepNoise noise_of(int64_t step) {
  return StepNoise(5, step, {0, 1, 1}, at::kCPU);
}

TEST(PrivateGradient, ClipsEachPictureAndNotTheSum) {
  const auto a = leaf({0, 0}), b = leaf({0});
  PrivateGradient gradient({.noise = 0, .bound = 1, .batch = 2}, {a, b});
  a.mutable_grad() = at::tensor({3.0f, 0.0f});
  b.mutable_grad() = at::tensor({4.0f});
  EXPECT_NEAR(gradient.take(), 5, 1e-9);  // scaled to (0.6, 0), 0.8
  EXPECT_FALSE(a.grad().defined());
  a.mutable_grad() = at::tensor({0.0f, 0.5f});  // within the bound: as it is; b had no gradient
  EXPECT_NEAR(gradient.take(), 0.5, 1e-9);
  auto noise = noise_of(0);
  gradient.release(noise);
  EXPECT_TRUE(at::allclose(a.grad(), at::tensor({0.3f, 0.25f})));
  EXPECT_TRUE(at::allclose(b.grad(), at::tensor({0.4f})));
}

TEST(PrivateGradient, NoiseHasTheDeviationOfTheMechanism) {
  const auto weights = at::zeros({20000}).requires_grad_(true);
  PrivateGradient gradient({.noise = 1.5, .bound = 0.2, .batch = 10}, {weights});
  auto noise = noise_of(3);
  gradient.release(noise);
  EXPECT_NEAR(weights.grad().std().item<double>(), 1.5 * 0.2 / 10, 0.0006);
  EXPECT_NEAR(weights.grad().mean().item<double>(), 0, 0.001);
}

TEST(PrivateGradient, LeavesOutAGradientThatIsNotFinite) {
  const auto weight = leaf({0});
  PrivateGradient gradient({.noise = 0, .bound = 1, .batch = 1}, {weight});
  weight.mutable_grad() = at::tensor({std::nanf("")});
  EXPECT_TRUE(std::isnan(gradient.take()));
}

TEST(PrivacyAccountant, MoreStepsCostMoreAndMoreNoiseLess) {
  const PrivacyAccountant quiet(0.01, 1.0), loud(0.01, 2.0);
  EXPECT_EQ(quiet.epsilon(0, 1e-5), 0);
  EXPECT_LT(quiet.epsilon(100, 1e-5), quiet.epsilon(1000, 1e-5));
  EXPECT_LT(loud.epsilon(1000, 1e-5), quiet.epsilon(1000, 1e-5));
  EXPECT_LT(quiet.epsilon(1000, 1e-4), quiet.epsilon(1000, 1e-6));
  EXPECT_THROW(PrivacyAccountant(1.5, 1), Error);
  EXPECT_THROW(PrivacyAccountant(0.5, 0), Error);
}

// With a batch of all pictures there is no subsampling: the Gaussian mechanism, whose divergence is order / (2 sigma^2).
TEST(PrivacyAccountant, WithoutSubsamplingIsTheGaussianMechanism) {
  EXPECT_DOUBLE_EQ(renyi_divergence(1, 2, 3.5), 3.5 / 8);
  EXPECT_NEAR(renyi_divergence(1 - 1e-9, 2, 4), 4.0 / 8, 1e-6);
  EXPECT_NEAR(renyi_divergence(1 - 1e-9, 2, 3.5), 3.5 / 8, 1e-6);
}

struct PrivateRun : testing::Test {
  void SetUp() override {
    folder = fs::temp_directory_path() / ("inkstone-privacy-" + std::to_string(::getpid()));
    fs::remove_all(folder);
    options.steps = 20;
    options.batch = 6;
    options.seed = 77;
    options.dp_noise = 1.1;
    options.dp_clip = 0.5;
    options.checkpoint_every = 7;
    options.sample_every = 0;
  }
  void TearDown() override { fs::remove_all(folder); }

  TrainingSetup setup(Family& family, const std::string& run, Observer& observer) {
    return {.family = family,
            .description = {"toy", "{}", {1, 2, 2, {}}},
            .options = options,
            .data = data,
            .held_out = nullptr,
            .folder = folder / run,
            .processes = alone,
            .observer = observer,
            .watchers = {},
            .device = at::kCPU,
            .pictures = 600};
  }
  std::string refusal(Family& family) {
    Observer silent;
    try {
      Trainer trainer(setup(family, "refused", silent));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder;
  LoopOptions options;
  ToyData data{6};
  Processes alone;
};

struct StopAfter : Observer {
  explicit StopAfter(int64_t checks) : left(checks) {}
  bool stop_requested() override { return left-- <= 0; }
  int64_t left;
};

TEST_F(PrivateRun, ResumedEqualsUninterruptedAndSaysWhatItGaveAway) {
  Observer silent;
  ToyFamily whole, begun, resumed;
  const auto result = Trainer(setup(whole, "whole", silent)).run();
  StopAfter stop(9);
  Trainer(setup(begun, "parts", stop)).run();
  Trainer again(setup(resumed, "parts", silent));
  EXPECT_EQ(again.resume(), 9);
  again.run();
  EXPECT_TRUE(at::equal(whole.linear->weight, resumed.linear->weight));
  EXPECT_NEAR(result.values.at("epsilon"), PrivacyAccountant(0.01, 1.1).epsilon(20, 1e-5), 1e-12);
  const auto said = nlohmann::json::parse(read_safetensors(folder / "whole/model.safetensors").metadata.at("inkstone.privacy"));
  EXPECT_EQ(said.at("epsilon"), result.values.at("epsilon"));
  EXPECT_EQ(said.at("steps"), 20);
  EXPECT_EQ(said.at("delta"), 1e-5);
}

TEST_F(PrivateRun, EndsBeforeItsBudgetIsSpent) {
  Observer silent;
  ToyFamily family;
  const PrivacyAccountant accountant(0.01, 1.1);
  options.dp_epsilon = accountant.epsilon(12, 1e-5) + 1e-9;
  const auto result = Trainer(setup(family, "run", silent)).run();
  EXPECT_EQ(result.ending, Ending::out_of_budget);
  EXPECT_EQ(result.steps, 12);
}

TEST_F(PrivateRun, IsNotResumedUnderAnotherMechanism) {
  Observer silent;
  ToyFamily family;
  Trainer(setup(family, "run", silent)).run();
  options.dp_noise = 0.5;
  Trainer other(setup(family, "run", silent));
  EXPECT_THROW(other.resume(), Error);
  options.dp_noise = 0;
  Trainer without(setup(family, "run", silent));
  EXPECT_THROW(without.resume(), Error);
}

TEST_F(PrivateRun, RefusesWhatItCannotKeep) {
  ToyFamily family;
  EXPECT_EQ(refusal(family), "");
  options.seed = 0;
  EXPECT_NE(refusal(family).find("--seed"), std::string::npos);
  options.seed = 77;
  options.retries = 1;
  EXPECT_NE(refusal(family).find("retries"), std::string::npos);
  options.retries = 0;
  options.batch = 601;
  EXPECT_NE(refusal(family).find("601"), std::string::npos);
  options.batch = 6;
  family.noisy->register_module("norm", torch::nn::BatchNorm1d(4));
  EXPECT_NE(refusal(family).find("norm.running_mean"), std::string::npos);
}

}  // namespace
}  // namespace inkstone
