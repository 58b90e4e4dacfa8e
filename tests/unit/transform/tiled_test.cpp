#include "transform/tiled.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "transform/cells.hpp"

namespace inkstone::transform {
namespace {

class Stopping : public Observer {
 public:
  explicit Stopping(int64_t after) : after_(after) {}
  void on_progress(const Progress& progress) override { done_ = progress.step, total_ = progress.total; }
  bool stop_requested() override { return done_ >= after_; }
  int64_t done_ = 0, total_ = 0;

 private:
  int64_t after_;
};

class Identity : public PictureNetwork {
 public:
  Geometry geometry() const override { return geometry_; }
  at::Tensor forward(const at::Tensor& picture) override {
    EXPECT_EQ(picture.size(2) % geometry_.multiple, 0);
    EXPECT_EQ(picture.size(3) % geometry_.multiple, 0);
    EXPECT_GE(std::min(picture.size(2), picture.size(3)), geometry_.least);
    return picture.repeat_interleave(geometry_.scale, 2).repeat_interleave(geometry_.scale, 3);
  }
  Geometry geometry_{.reach = 1};
};

// Three convolutions with zero padding: reach 3, twice the size.
class Convolutions : public PictureNetwork {
 public:
  Convolutions() {
    at::manual_seed(3);
    for (const auto& [in, out] : {std::pair{3, 8}, {8, 8}, {8, 12}})
      weights_.push_back(at::randn({out, in, 3, 3}) / (3 * std::sqrt(double(in))));
  }
  Geometry geometry() const override { return {.scale = 2, .reach = 3, .bytes_per_pixel = 100}; }
  at::Tensor forward(const at::Tensor& picture) override {
    ++calls;
    auto x = picture;
    for (const auto& weight : weights_) x = at::conv2d(x, weight, {}, 1, 1).sigmoid();
    return at::pixel_shuffle(x, 2);
  }
  int calls = 0;

 private:
  std::vector<at::Tensor> weights_;
};

// Paints each tile by its own mean, as instance normalisation does.
class Moody : public PictureNetwork {
 public:
  Geometry geometry() const override { return {}; }
  at::Tensor forward(const at::Tensor& picture) override {
    return picture * 0 + (remembered_.defined() ? remembered_ : picture.mean());
  }
  void begin_tiles(const at::Tensor& overview) override { remembered_ = remembers ? overview.mean() : at::Tensor(); }
  void end_tiles() override { remembered_ = at::Tensor(); }
  bool remembers = false;

 private:
  at::Tensor remembered_;
};

at::Tensor picture_of(int64_t height, int64_t width) {
  at::manual_seed(height * 1000 + width);
  return at::rand({1, 3, height, width});
}

at::Tensor painted(PictureNetwork& network, const at::Tensor& picture, TileOptions options) {
  Observer observer;
  return run(network, picture, options, observer);
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(Cells, WeightsOfAllWindowsSumToOne) {
  for (const bool ramp : {false, true})
    for (const int64_t length : {1, 40, 97, 200, 333}) {
      auto sum = at::zeros({length});
      for (const auto& window : cut_side(length, 64, 8, 1, ramp)) sum.slice(0, window.begin, window.end) += window.weights;
      EXPECT_LT(distance(sum, at::ones({length})), 1e-5) << length << (ramp ? " ramp" : " cut");
    }
}

TEST(Cells, RefusesATileWithoutRoom) {
  EXPECT_THROW(cut_side(100, 10, 5, 1, false), Error);
}

TEST(Cells, WindowsLieOnMultiples) {
  for (const auto& window : cut_side(160, 64, 10, 8, false)) {
    EXPECT_EQ(window.begin % 8, 0);
    EXPECT_EQ(window.end % 8, 0);
  }
}

TEST(Tiled, TilesOfTheIdentityGiveThePicture) {
  Identity network;
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{1, 1}, {5, 3}, {64, 64}, {65, 127}, {100, 33}}) {
    const auto picture = picture_of(height, width);
    EXPECT_LT(distance(painted(network, picture, {.tile = 32}), picture), 1e-6) << height << "x" << width;
  }
}

TEST(Tiled, MirrorsToWhatTheNetworkWantsAndCrops) {
  Identity network;
  network.geometry_ = {.scale = 3, .multiple = 8, .reach = 1, .least = 16};
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{1, 1}, {3, 40}, {17, 65}}) {
    const auto picture = picture_of(height, width);
    const auto large = painted(network, picture, {.tile = 32});
    ASSERT_EQ(large.sizes(), at::IntArrayRef({1, 3, 3 * height, 3 * width}));
    EXPECT_LT(distance(large.slice(2, 1, {}, 3).slice(3, 1, {}, 3), picture), 1e-6);
  }
}

TEST(Tiled, TilesOfConvolutionsEqualTheWhole) {
  Convolutions network;
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{61, 90}, {128, 37}}) {
    const auto picture = picture_of(height, width);
    const auto whole = painted(network, picture, {.tile = 1000});
    EXPECT_EQ(std::exchange(network.calls, 0), 1);
    EXPECT_LT(distance(painted(network, picture, {.tile = 32}), whole), 1e-5);
    EXPECT_GT(std::exchange(network.calls, 0), 4);
  }
}

TEST(Tiled, MemoryChoosesTiles) {
  Convolutions network;
  const auto picture = picture_of(300, 600);
  const auto whole = painted(network, picture, {});
  EXPECT_EQ(std::exchange(network.calls, 0), 1);
  EXPECT_LT(distance(painted(network, picture, {.memory = 100 * 256 * 256}), whole), 1e-5);
  EXPECT_GT(network.calls, 2);
}

// Spoils what lies within 5 pixels of the edge of what it sees.
class Spoiler : public PictureNetwork {
 public:
  Geometry geometry() const override { return {.multiple = 4, .margin = 6}; }
  at::Tensor forward(const at::Tensor& picture) override {
    auto painted = at::zeros_like(picture);
    const auto inner = [](const at::Tensor& x) { return x.slice(2, 5, -5).slice(3, 5, -5); };
    inner(painted).copy_(inner(picture));
    return painted;
  }
};

TEST(Tiled, CutsOffWhatANetworkSpoilsAlongTheEdges) {
  Spoiler network;
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{1, 1}, {20, 31}, {3, 50}}) {
    const auto picture = picture_of(height, width);
    EXPECT_EQ(distance(painted(network, picture, {}), picture), 0) << height << "x" << width;
    EXPECT_GT(distance(painted(network, picture, {.margin = false}), picture), 0);
  }
}

TEST(Tiled, FadesTilesThatDisagree) {
  Moody network;
  auto picture = at::zeros({1, 3, 64, 400});
  picture.slice(3, 200, 400).fill_(1);
  const auto faded = painted(network, picture, {.tile = 128});
  EXPECT_LT(faded.diff(1, 3).abs().max().item<double>(), 0.06);
  EXPECT_GT(faded.max().item<double>() - faded.min().item<double>(), 0.5);
}

TEST(Tiled, AnOverviewMakesTilesAgree) {
  Moody network;
  network.remembers = true;
  auto picture = at::zeros({1, 3, 64, 400});
  picture.slice(3, 200, 400).fill_(1);
  EXPECT_LT(distance(painted(network, picture, {.tile = 128}), at::full_like(picture, 0.5)), 0.01);
}

TEST(Tiled, OrientationsOfAnEquivariantNetworkAgree) {
  Identity network;
  const auto picture = picture_of(20, 33);
  EXPECT_LT(distance(painted(network, picture, {.tta = true}), picture), 1e-6);
  Convolutions convolutions;
  const auto mean = painted(convolutions, picture, {.tta = true});
  EXPECT_LT(distance(mean.flip(3), painted(convolutions, picture.flip(3), {.tta = true})), 1e-5);
  EXPECT_LT(distance(mean.transpose(2, 3), painted(convolutions, picture.transpose(2, 3).contiguous(), {.tta = true})), 1e-5);
}

TEST(Tiled, StopsBetweenTiles) {
  Convolutions network;
  Stopping observer(2);
  EXPECT_THROW(run(network, picture_of(64, 64), {.tile = 32}, observer), Error);
  EXPECT_EQ(network.calls, 2);
  EXPECT_GT(observer.total_, 2);
}

class Wrong : public PictureNetwork {
 public:
  Geometry geometry() const override { return {}; }
  at::Tensor forward(const at::Tensor& picture) override { return picture.mean(1, true); }
};

TEST(Tiled, RefusesWhatIsNoPicture) {
  Wrong network;
  EXPECT_THROW(painted(network, picture_of(8, 8), {}), Error);
}

}  // namespace
}  // namespace inkstone::transform
