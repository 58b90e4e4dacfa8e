#include "transform/enhancers.hpp"

#include <cstdlib>
#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include "inkstone/error.hpp"
#include "models/dncnn/dncnn.hpp"
#include "models/esrgan/rrdb.hpp"
#include "models/srvgg/srvgg.hpp"
#include "transform/tiled.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

// A file that goes with the test.
class ModelFile {
 public:
  explicit ModelFile(const StateDict& weights) {
    std::string name = (fs::temp_directory_path() / "inkstone-enhancer-XXXXXX").string();
    ::close(::mkstemp(name.data()));
    path_ = name + ".safetensors";
    fs::rename(name, path_);
    write_safetensors(path_, weights);
  }
  ~ModelFile() { fs::remove(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

StateDict random_weights(const torch::nn::Module& network, const std::string& prefix = "") {
  at::manual_seed(5);
  StateDict weights;
  for (const auto& item : network.named_parameters()) {
    const auto shape = item.value().sizes();
    const double amount = shape.size() == 4 ? 1 / std::sqrt(double(shape[1] * shape[2] * shape[3])) : 0.05;
    weights.tensors[prefix + item.key()] = at::randn(shape) * amount;
  }
  return weights;
}

at::Tensor some_picture(int64_t height, int64_t width) {
  at::manual_seed(height * 100 + width);
  return at::rand({1, 3, height, width});
}

double tiling_error(PictureNetwork& network, const at::Tensor& picture, int64_t tile) {
  Observer silent;
  const auto whole = run(network, picture, {.memory = int64_t(1) << 40}, silent);
  return (run(network, picture, {.tile = tile}, silent) - whole).abs().max().item<double>();
}

SrvggConfig small_config(int64_t scale, int64_t unshuffle) {
  return {
      .features = 6, .convolutions = 2, .scale = scale, .unshuffle = unshuffle, .activation = "leaky-relu", .base = "bicubic"};
}

StateDict trained_here(const SrvggConfig& config) {
  auto weights = random_weights(*SrvggNet(config), "enhancer.");
  weights.metadata["inkstone.family"] = "enhancer";
  weights.metadata["inkstone.options"] = "{\"features\":6,\"convolutions\":2,\"scale\":" + std::to_string(config.scale) +
                                         ",\"unshuffle\":" + std::to_string(config.unshuffle) +
                                         ",\"activation\":\"leaky-relu\",\"base\":\"bicubic\"}";
  return weights;
}

TEST(Enhancers, TilesOfCompactNetworksAreExact) {
  for (const auto& [scale, unshuffle] : {std::pair{2, 1}, {3, 1}, {1, 2}, {1, 1}}) {
    const ModelFile file(trained_here(small_config(scale, unshuffle)));
    const auto network = open({file.path()});
    EXPECT_EQ(network->geometry().scale, scale);
    EXPECT_EQ(network->geometry().multiple, unshuffle);
    EXPECT_LT(tiling_error(*network, some_picture(70, 53), 36), 1e-5) << scale << " " << unshuffle;
  }
}

// What lies beyond the reach that tiles overlap by changes nothing that eight bits could show.
TEST(Enhancers, TilesOfDeepRrdbShowNoSeams) {
  RrdbConfig config;
  config.features = 8;
  config.growth = 4;
  config.blocks = 6;
  config.enlargements = 1;
  const ModelFile file(random_weights(*RrdbNet(config)));
  const auto network = open({file.path()});
  EXPECT_EQ(network->geometry().scale, 2);
  EXPECT_LT(tiling_error(*network, some_picture(120, 40), 96), 0.5 / 255);
}

TEST(Enhancers, DncnnReadsColourThroughGrey) {
  const ModelFile file(random_weights(*Dncnn(DncnnConfig{1, 6, 4})));
  const auto network = open({file.path()});
  const auto picture = some_picture(30, 20);
  const auto red_alone = network->forward(picture * at::tensor({1.0F, 0.0F, 0.0F}).view({1, 3, 1, 1}));
  EXPECT_TRUE(at::allclose(red_alone.select(1, 0), network->forward(picture).select(1, 0)));
  EXPECT_LT(tiling_error(*network, some_picture(50, 41), 30), 1e-5);
}

TEST(Enhancers, WrappedNamesAreUnwrapped) {
  const SrvggConfig config{.features = 6, .convolutions = 2, .scale = 2};
  auto weights = random_weights(*SrvggNet(config), "params_ema.");
  for (const auto& [name, tensor] : random_weights(*SrvggNet(config), "params.").tensors) weights.tensors[name] = tensor * 0;
  const ModelFile file(weights);
  const auto picture = some_picture(9, 7);
  EXPECT_GT((open({file.path()})->forward(picture) - picture.repeat_interleave(2, 2).repeat_interleave(2, 3))
                .abs()
                .max()
                .item<double>(),
            0.01);
}

TEST(Enhancers, TinyPicturesAndDamagedModels) {
  const ModelFile file(trained_here(small_config(2, 1)));
  Observer silent;
  const auto network = open({file.path()});
  EXPECT_EQ(run(*network, some_picture(1, 1), {}, silent).sizes().vec(), (std::vector<int64_t>{1, 3, 2, 2}));
  EXPECT_EQ(run(*network, some_picture(1, 90), {}, silent).sizes().vec(), (std::vector<int64_t>{1, 3, 2, 180}));
  auto cut = trained_here(small_config(2, 1));
  cut.tensors.erase("enhancer.body.2.weight");
  EXPECT_THROW(open({ModelFile(cut).path()}), Error);
  auto wrong = trained_here(small_config(2, 1));
  wrong.metadata["inkstone.options"] = "{\"features\":6}";
  EXPECT_THROW(open({ModelFile(wrong).path()}), Error);
  auto huge = trained_here(small_config(2, 1));
  huge.metadata["inkstone.options"] =
      "{\"features\":6,\"convolutions\":2,\"scale\":1000000,\"unshuffle\":1,\"activation\":\"relu\",\"base\":\"nearest\"}";
  EXPECT_THROW(open({ModelFile(huge).path()}), Error);
}

}  // namespace
}  // namespace inkstone::transform
