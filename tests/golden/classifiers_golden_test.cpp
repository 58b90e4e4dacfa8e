// ResNet-50, GoogLeNet and DeepDream's step beside independent implementations (make_classifiers.py).
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dream/deep_dream.hpp"
#include "image/decode.hpp"
#include "models/googlenet/googlenet.hpp"
#include "models/imagenet/classes.hpp"
#include "models/resnet/resnet.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const json& golden() {
  static const json all = json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/classifiers.json"));
  return all;
}

// Of its size, mean, deviation and eight values, relative to the deviation.
void expect_probe(const at::Tensor& tensor, const json& probe, double tolerance) {
  ASSERT_EQ(tensor.sizes().vec(), probe["shape"].get<std::vector<int64_t>>());
  const auto flat = tensor.contiguous().flatten();
  const double deviation = probe["deviation"], scale = tolerance * deviation;
  EXPECT_NEAR(flat.mean().item<double>(), probe["mean"].get<double>(), scale);
  EXPECT_NEAR(flat.std(false).item<double>(), deviation, scale);
  const auto places = at::linspace(0, static_cast<double>(flat.numel() - 1), 8).to(at::kLong);
  for (int64_t i = 0; i < 8; ++i)
    EXPECT_NEAR(flat[places[i].item<int64_t>()].item<double>(), probe["values"][i].get<double>(), scale) << "value " << i;
}

void expect_layers(const FeatureNetwork& network, const json& layers) {
  const auto rgb = at::rand({1, 3, 64, 96}, generator_of(3));
  for (const auto& [layer, probe] : layers.items()) {
    SCOPED_TRACE(layer);
    expect_probe(features(network, rgb, {layer}).front(), probe, 2e-4);
  }
}

TEST(ClassifiersGolden, ResNetIsTorchvisions) {
  const auto layers = golden()["random"]["resnet50"];
  ASSERT_EQ(layers.size(), 4u);
  const at::NoGradGuard looking;
  expect_layers(make_resnet(random_resnet50_weights(11)), layers);
}

TEST(ClassifiersGolden, GoogLeNetIsTorchvisions) {
  const auto layers = golden()["random"]["googlenet"];
  ASSERT_EQ(layers.size(), 5u);
  const at::NoGradGuard looking;
  expect_layers(make_googlenet(random_googlenet_weights(12)), layers);
}

TEST(ClassifiersGolden, DreamsAsGooglesNotebook) {
  const auto network = make_googlenet(random_googlenet_weights(12));
  const dream::DreamObjective objective(network, {dream::parse_target("inception_4c/output")}, {});
  const auto start = at::rand({1, 3, 96, 112}, generator_of(5)) * 255;
  auto x = start.clone();
  auto generator = generator_of(77);
  for (const auto& step : golden()["dream"]) {
    const double value = dream::dream_step(objective, x, {.step = 1.5, .jitter = 32, .smoothing = 0, .tile = 0}, generator);
    EXPECT_NEAR(value, step["objective"].get<double>(), 1e-3 * step["objective"].get<double>());
    expect_probe(x - start, step["moved"], 2e-2);  // of a step's size; signs of tiny gradients may differ
  }
}

fs::path resnet_folder() {
  const char* home = std::getenv("HOME");
  const char* own = std::getenv("INKSTONE_HOME");
  const fs::path base = own != nullptr ? fs::path(own) : fs::path(home != nullptr ? home : "") / ".local/share/inkstone";
  return base / "models/resnet50-imagenet/model.json";
}

// The middle 224x224 pixels, black where the picture is smaller; the first row and column as Pillow's crop counts them.
at::Tensor middle_of(const at::Tensor& picture) {
  const auto before = [&](int64_t dim) { return -int64_t(std::floor(double(picture.size(dim) - 224) / 2)); };
  const auto after = [&](int64_t dim) { return 224 - picture.size(dim) - before(dim); };
  return at::constant_pad_nd(picture, {before(3), after(3), before(2), after(2)});
}

TEST(ClassifiersGolden, RealResNetTagsRealPhotographs) {
  const fs::path photos = INKSTONE_SOURCE_DIR "/../shared/images/photos";
  if (!fs::exists(resnet_folder())) GTEST_SKIP() << "no weights: inkstone models pull resnet50-imagenet";
  if (!fs::exists(photos)) GTEST_SKIP() << "no photographs beside the source";
  const auto network = make_resnet(load_weights(resnet_folder()));
  ASSERT_EQ(network.classes.size(), 1000u);
  const at::NoGradGuard looking;
  for (const auto& [name, top] : golden()["photographs"].items()) {
    SCOPED_TRACE(name);
    const auto picture = to_tensor(decode_image(photos / (name + ".jpg")));
    const auto logits = run_stages(network, preprocess(network, middle_of(picture)), {network.stage("logits")}).front();
    const auto tags = top_tags(network, at::softmax(logits, 1)[0], 5);
    EXPECT_EQ(tags[0].index, top[0][0].get<int64_t>());
    for (std::size_t i = 0; i < 5; ++i) {
      const auto found =
          std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.index == top[i][0].get<int64_t>(); });
      const double wanted = top[i][1];
      if (found != tags.end())
        EXPECT_NEAR(found->probability, wanted, 1e-3 + 0.01 * wanted);
      else
        EXPECT_LT(wanted, 1e-3);  // what hardly differs may change places
    }
  }
}

}  // namespace
}  // namespace inkstone
