#include "dream/neural_style.hpp"

#include <map>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "small_network.hpp"
#include "tensor/compute.hpp"

namespace inkstone {
namespace {

class Recorder : public Observer {
 public:
  void on_progress(const Progress& progress) override {
    style.push_back(progress.values[1].value);
    ++steps_at[std::string(progress.stage)];
    total = progress.total;
    last = progress.step;
  }
  bool stop_requested() override { return last >= stop_after; }
  std::vector<double> style;
  std::map<std::string, int> steps_at;
  int64_t total = 0, last = 0, stop_after = 1 << 30;
};

StylizeRequest request() {
  StylizeRequest r;
  r.style_layers = {"relu1_1", "relu2_1", "relu3_1"};
  r.content_layers = {"relu3_2"};
  r.iterations = 20;
  r.pyramid = 1;
  r.type = "f32";
  return r;
}

NeuralStylePictures pictures() {
  NeuralStylePictures p;
  p.content = random_picture(64, 80, 1);
  p.styles = {random_picture(70, 90, 2).square()};
  return p;
}

TEST(NeuralStyle, LowersTheStyleLoss) {
  for (const char* optimizer : {"lbfgs", "adam"}) {
    auto r = request();
    r.optimizer = optimizer;
    Recorder recorder;
    const auto result = neural_style(small_network(), pictures(), r, recorder);
    EXPECT_EQ(result.picture.sizes(), (std::vector<int64_t>{1, 3, 64, 80}));
    EXPECT_EQ(recorder.last, 20);
    EXPECT_LT(recorder.style.back(), 0.2 * recorder.style.front()) << optimizer;
  }
}

TEST(NeuralStyle, StartsFromThePhotographUnderNoiseOfItsSeed) {
  auto r = request();
  r.iterations = 1;
  Observer nobody;
  const auto painted = [&](double noise, int64_t seed) {
    r.init_noise = noise;
    r.seed = seed;
    return neural_style(small_network(), pictures(), r, nobody).picture;
  };
  const auto plain = painted(0, 1);
  EXPECT_TRUE(painted(0, 2).equal(plain));
  EXPECT_FALSE(painted(8, 2).equal(painted(8, 1)));
  // one step of Adam moves every value by at most its rate, so what is left is the noise
  EXPECT_NEAR((painted(8, 1) - plain).std().item<double>() * 255, 8, 4);
}

TEST(NeuralStyle, IsDeterministic) {
  start_compute(2);  // else libtorch changes the number of threads after the first operator
  auto r = request();
  r.init = "random";
  r.iterations = 5;
  Observer nobody;
  const auto a = neural_style(small_network(), pictures(), r, nobody).picture;
  EXPECT_TRUE(at::equal(a, neural_style(small_network(), pictures(), r, nobody).picture));
  r.seed = 1;
  EXPECT_FALSE(at::equal(a, neural_style(small_network(), pictures(), r, nobody).picture));
}

TEST(NeuralStyle, StopsBetweenStepsAndKeepsThePicture) {
  Recorder recorder;
  recorder.stop_after = 3;
  auto r = request();
  r.pyramid = 2;
  const auto result = neural_style(small_network(), pictures(), r, recorder);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.steps, 3);
  EXPECT_EQ(result.picture.size(3), 80);
}

TEST(NeuralStyle, StyleStrengthZeroLeavesThePhotograph) {
  auto r = request();
  r.style_strength = 0;
  r.tv_weight = 0;
  Observer nobody;
  const auto p = pictures();
  EXPECT_TRUE(at::allclose(neural_style(small_network(), p, r, nobody).picture, p.content, 1e-3, 1e-3));
}

TEST(NeuralStyle, StrongerStyleComesNearerTheStyle) {
  std::vector<double> losses;
  for (const double strength : {0.3, 0.5, 0.9}) {
    auto r = request();
    r.optimizer = "lbfgs";  // which gets near the end in a few steps
    r.style_strength = strength;
    Observer nobody;
    losses.push_back(neural_style(small_network(), pictures(), r, nobody).style_loss);
  }
  EXPECT_GT(losses[0], losses[1]);
  EXPECT_GT(losses[1], losses[2]);
}

TEST(NeuralStyle, BlendsTwoStyles) {
  auto p = pictures();
  p.styles.push_back(random_picture(40, 40, 6).sqrt());
  auto r = request();
  r.iterations = 5;
  Observer nobody;
  r.style_blend_weights = {1, 0};
  const auto first = neural_style(small_network(), p, r, nobody).picture;
  const auto alone = neural_style(small_network(), pictures(), r = request(), nobody).picture;
  r.iterations = 5;
  EXPECT_TRUE(at::allclose(first, neural_style(small_network(), pictures(), r, nobody).picture, 1e-4, 1e-4));
  r.style_blend_weights = {1, 3};
  EXPECT_FALSE(at::allclose(first, neural_style(small_network(), p, r, nobody).picture, 1e-4, 1e-4));
}

TEST(NeuralStyle, WithoutWeightsAPictureToStartFromComesBack) {
  auto r = request();
  r.init = "begun.png";
  r.iterations = 3;
  r.content_weight = r.style_weight = r.tv_weight = 0;
  auto p = pictures();
  p.init = random_picture(64, 80, 9);
  Observer nobody;
  EXPECT_TRUE(at::allclose(neural_style(small_network(), p, r, nobody).picture, p.init, 0, 1e-5));
  r.content_weight = 3;
  EXPECT_FALSE(at::allclose(neural_style(small_network(), p, r, nobody).picture, p.init, 0, 1e-3));
}

// 500 steps at 512 pixels, then 200 at 800, on a smaller scale.
TEST(NeuralStyle, LeongatysPaintsTwoFifthsOfTheStepsAtFullSize) {
  auto r = request();
  r.preset = "leongatys";
  r.iterations = 7;
  apply_preset(r, {"iterations", "style-layers"});
  r.content_layers = {"relu3_2"};  // small_network() has no relu4_2
  Recorder recorder;
  const auto result = neural_style(small_network(), pictures(), r, recorder);
  EXPECT_EQ(recorder.steps_at, (std::map<std::string, int>{{"stylize 51x41", 7}, {"stylize 80x64", 2}}));
  EXPECT_EQ(recorder.total, 9);
  EXPECT_EQ(result.picture.sizes(), (std::vector<int64_t>{1, 3, 64, 80}));
}

TEST(NeuralStyle, RefusesWhatDoesNotFit) {
  Observer nobody;
  const auto network = small_network();
  auto r = request();
  auto p = pictures();
  p.masks = {at::ones({1, 1, 64, 80}), at::ones({1, 1, 64, 80})};
  EXPECT_THROW(neural_style(network, p, r, nobody), Error);
  r.style_blend_weights = {0.5, 0.5};
  EXPECT_THROW(neural_style(network, pictures(), r, nobody), Error);
  r = request();
  r.style_layers = {"relu9_9_9"};
  EXPECT_THROW(neural_style(network, pictures(), r, nobody), Error);
  r = request();
  r.pyramid = 6;
  EXPECT_THROW(neural_style(network, pictures(), r, nobody), Error);
}

TEST(Preset, FillsOnlyWhatWasNotGiven) {
  StylizeRequest r;
  r.preset = "gatys-adam";
  r.iterations = 7;
  apply_preset(r, {"iterations"});
  EXPECT_EQ(r.iterations, 7);
  EXPECT_EQ(r.optimizer, "adam");
  EXPECT_EQ(r.init_noise, 0);
  EXPECT_EQ(r.content_layers, std::vector<std::string>{"block5_conv2"});
}

TEST(Preset, LeongatysIsThePapersCode) {
  StylizeRequest r;
  r.preset = "leongatys";
  apply_preset(r, {});
  EXPECT_EQ(r.optimizer, "lbfgs");
  EXPECT_EQ(r.iterations, 500);
  EXPECT_EQ(r.size, 800);
  EXPECT_EQ(r.pyramid, 2);
  EXPECT_TRUE(r.original_colors);
  EXPECT_EQ(r.color_mode, "match");
}

}  // namespace
}  // namespace inkstone
