#include "dream/deep_dream.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "dream/feature_visualization.hpp"
#include "inkstone/error.hpp"
#include "models/features/network_builder.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"

namespace inkstone::dream {
namespace {

FeatureNetwork branching() {
  auto generator = generator_of(4);
  FeatureNetwork network;
  network.name = "branching";
  NetworkBuilder builder(network);
  const auto first =
      builder.relu("relu1", builder.first_conv("conv1", at::randn({6, 3, 3, 3}, generator) * 0.4, at::zeros({6}), 2));
  const auto left =
      builder.relu("left", builder.conv("left_conv", first, at::randn({4, 6, 3, 3}, generator) * 0.3, at::zeros({4})));
  builder.concatenate("joined", {first, left});
  return network;
}

at::Tensor some_picture(int64_t height = 72, int64_t width = 80) {
  return at::rand({1, 3, height, width}, generator_of(9));
}

TEST(DreamTarget, ReadsLayerChannelAndWeight) {
  const auto plain = parse_target("inception_4c/output");
  EXPECT_EQ(plain.layer, "inception_4c/output");
  EXPECT_FALSE(plain.channel.has_value());
  const auto full = parse_target("res4f:17*0.5");
  EXPECT_EQ(full.layer, "res4f");
  EXPECT_EQ(full.channel, 17);
  EXPECT_EQ(full.weight, 0.5);
  for (const char* wrong : {"", ":3", "a:b", "a*", "a:1*x"}) EXPECT_THROW(parse_target(wrong), Error) << wrong;
}

TEST(DreamObjective, RefusesWhatTheNetworkLacks) {
  const auto network = branching();
  EXPECT_THROW(DreamObjective(network, {{"nothing", std::nullopt, 1}}, {}), Error);
  EXPECT_THROW(DreamObjective(network, {{"joined", 10, 1}}, {}), Error);
  EXPECT_NO_THROW(DreamObjective(network, {{"joined", 9, 1}}, {}));
}

// For a layer, a channel and a guide, against finite differences.
TEST(DreamObjective, GradientIsTheSlope) {
  const auto network = branching();
  const auto guide = at::rand({1, 3, 20, 20}, generator_of(2));
  const std::vector<std::pair<DreamTarget, at::Tensor>> cases = {
      {{"joined", std::nullopt, 1}, {}}, {{"joined", 7, 2}, {}}, {{"left", std::nullopt, 1}, guide}};
  const auto x = some_picture(18, 22) * 255, direction = at::randn(x.sizes(), generator_of(3));
  for (const auto& [target, with] : cases) {
    const DreamObjective objective(network, {target}, with);
    at::Tensor gradient, unused;
    objective.evaluate(x, gradient);
    constexpr double kStep = 0.05;
    const double slope =
        (objective.evaluate(x + direction * kStep, unused) - objective.evaluate(x - direction * kStep, unused)) / (2 * kStep);
    const double told = (gradient * direction).sum().item<double>();
    EXPECT_NEAR(told, slope, 0.02 * std::abs(slope) + 1e-6);
  }
}

TEST(DeepDream, TheObjectiveRises) {
  const auto network = branching();
  const DreamObjective objective(network, {parse_target("joined")}, {});
  auto generator = generator_of(0);
  auto x = some_picture() * 255;
  const double first = dream_step(objective, x, {.step = 1.5, .jitter = 8}, generator);
  double last = first;
  for (int i = 0; i < 10; ++i) last = dream_step(objective, x, {.step = 1.5, .jitter = 8}, generator);
  EXPECT_GT(last, 1.1 * first);
  EXPECT_GE(x.min().item<float>(), 0);
  EXPECT_LE(x.max().item<float>(), 255);
}

TEST(DeepDream, TilesRaiseTheObjectiveOfTheWhole) {
  const auto network = branching();
  const DreamObjective objective(network, {parse_target("joined")}, {});
  auto generator = generator_of(0);
  auto x = some_picture(150, 130) * 255;
  at::Tensor unused;
  const double before = objective.evaluate(x, unused);
  const double told = dream_step(objective, x, {.step = 1.5, .jitter = 8, .tile = 64}, generator);
  EXPECT_NEAR(told, before, 0.05 * before);  // pieces see their own edges
  for (int i = 0; i < 5; ++i) dream_step(objective, x, {.step = 1.5, .jitter = 8, .tile = 64}, generator);
  EXPECT_GT(objective.evaluate(x, unused), 1.05 * before);
}

class Counter : public Observer {
 public:
  explicit Counter(int64_t stop_at) : stop_at_(stop_at) {}
  void on_progress(const Progress& progress) override { steps = progress.step; }
  void on_message(std::string_view message) override { messages += std::string(message) + "\n"; }
  bool stop_requested() override { return steps >= stop_at_; }
  int64_t steps = 0;
  std::string messages;

 private:
  int64_t stop_at_;
};

DreamRequest small_request() {
  DreamRequest request;
  request.layers = {"joined"};
  request.iterations = 3;
  request.octaves = 2;
  request.jitter = 4;
  request.smoothing = 0;
  request.step = 1.5;
  return request;
}

TEST(DeepDream, RepeatsForASeedAndKeepsTheSize) {
  const auto network = branching();
  Counter counter(1000);
  const auto picture = some_picture(100, 91);
  const auto one = DeepDream(network, small_request(), {}).run(picture, "dream", counter);
  EXPECT_EQ(one.picture.sizes(), picture.sizes());
  EXPECT_EQ(one.steps, 6);
  EXPECT_TRUE(at::equal(one.picture, DeepDream(network, small_request(), {}).run(picture, "dream", counter).picture));
  auto other = small_request();
  other.seed = 1;
  EXPECT_FALSE(at::equal(one.picture, DeepDream(network, other, {}).run(picture, "dream", counter).picture));
}

TEST(DeepDream, StopsBetweenStepsAndKeepsWhatThereIs) {
  const auto network = branching();
  Counter counter(2);
  const auto picture = some_picture(100, 100);
  const auto result = DeepDream(network, small_request(), {}).run(picture, "dream", counter);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.steps, 2);
  EXPECT_EQ(result.picture.sizes(), picture.sizes());
  EXPECT_FALSE(at::allclose(result.picture, picture));
}

TEST(DeepDream, LeavesOutOctavesThatAreTooSmall) {
  const auto network = branching();
  Counter counter(1000);
  auto request = small_request();
  request.octaves = 9;
  const auto result = DeepDream(network, request, {}).run(some_picture(80, 80), "dream", counter);
  EXPECT_EQ(result.steps, 3);
  EXPECT_NE(counter.messages.find("1 octaves instead of 9"), std::string::npos) << counter.messages;
}

TEST(DeepDream, StrengthZeroIsThePicture) {
  auto request = small_request();
  request.strength = 0;
  Counter counter(1000);
  const auto network = branching();
  const auto picture = some_picture(80, 80);
  EXPECT_TRUE(at::allclose(DeepDream(network, request, {}).run(picture, "dream", counter).picture, picture, 0, 1e-6));
}

TEST(DeepDream, ZoomKeepsTheMiddle) {
  const auto picture = at::linspace(0, 1, 65).view({1, 1, 1, 65}).expand({1, 3, 65, 65}).contiguous();
  const auto nearer = zoomed(picture, 0.5);
  EXPECT_NEAR(nearer[0][0][32][32].item<double>(), 0.5, 1e-3);
  EXPECT_NEAR(nearer[0][0][32][64].item<double>(), 0.75, 0.01);
  EXPECT_TRUE(at::allclose(zoomed(picture, 0), picture, 0, 1e-4));
}

TEST(FeatureVisualization, RaisesTheUnit) {
  const auto network = branching();
  Counter counter(1000);
  const auto seen = visualize_unit(network, {"joined", 8, 1}, {.side = 48, .steps = 40}, counter);
  EXPECT_GT(seen.last, 1.5 * seen.first);
  EXPECT_EQ(seen.picture.sizes(), (std::vector<int64_t>{1, 3, 48, 48}));
  EXPECT_GE(seen.picture.min().item<float>(), 0);
  EXPECT_LE(seen.picture.max().item<float>(), 1);
}

TEST(FeatureVisualization, ReconstructsFromAnEarlyLayer) {
  const auto network = branching();
  Counter counter(1000);
  const auto picture = resize(some_picture(6, 6), 48, 48).clamp(0.05, 0.95);
  const auto seen = reconstruct(network, picture, "relu1", {.side = 48, .steps = 100}, counter);
  EXPECT_GT(seen.last, -0.3);  // most of the features' energy
  EXPECT_GT(seen.last, seen.first / 2);
}

}  // namespace
}  // namespace inkstone::dream
