// Metrics, Inception and LPIPS against published implementations on seeded random inputs: make_metrics.py.
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "eval/frechet.hpp"
#include "eval/inception_score.hpp"
#include "eval/kernel_distance.hpp"
#include "eval/perceptual_distance.hpp"
#include "eval/precision_recall.hpp"
#include "eval/psnr.hpp"
#include "eval/ssim.hpp"
#include "models/inception/inception.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-4;  // relative

const Json& golden() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/metrics.json"));
  return json;
}

at::Generator seeded(const char* what) {
  return at::make_generator<at::CPUGeneratorImpl>(golden()["seeds"][what].get<uint64_t>());
}

void expect_close(double got, const Json& expected, double tolerance = kTolerance) {
  EXPECT_NEAR(got, expected.get<double>(), tolerance * std::abs(expected.get<double>()));
}

struct Clouds {
  at::Tensor generated, reference, logits;
};

Clouds clouds() {
  auto generator = seeded("features");
  const auto draw = [&](int64_t rows, int64_t columns) { return at::randn({rows, columns}, generator, at::kDouble); };
  const auto mix = draw(24, 24);
  Clouds found;
  found.generated = at::mm(draw(600, 24), mix);
  found.reference = at::mm(draw(500, 24) * 0.9 + 0.3, mix);
  found.logits = draw(1000, 10) * 2;
  return found;
}

TEST(MetricsGolden, FrechetDistance) {
  const auto [x, y, logits] = clouds();
  const auto& expected = golden()["features"];
  const auto same = frechet_distance(moments_of(x), moments_of(x));
  EXPECT_NEAR(same.distance, 0, 1e-9);
  const auto found = frechet_distance(moments_of(x), moments_of(y));
  expect_close(found.distance, expected["fid"], 1e-9);
  EXPECT_TRUE(found.warning.empty());
  const auto few = frechet_distance(moments_of(x.narrow(0, 0, 20)), moments_of(y.narrow(0, 0, 20)));
  expect_close(few.distance, expected["fid_few"]);
  EXPECT_NE(few.warning.find("singular"), std::string::npos);
}

TEST(MetricsGolden, FrechetDistanceOfFloat32Features) {
  const auto [x, y, logits] = clouds();
  expect_close(frechet_distance(moments_of(x.to(at::kFloat)), moments_of(y.to(at::kFloat))).distance,
               golden()["features"]["fid"]);
}

TEST(MetricsGolden, KernelDistance) {
  const auto [x, y, logits] = clouds();
  expect_close(polynomial_mmd(x.narrow(0, 0, 500), y), golden()["features"]["kid"], 1e-9);
}

TEST(MetricsGolden, PrecisionRecallDensityCoverage) {
  const auto [x, y, logits] = clouds();
  for (const int64_t k : {3, 5}) {
    const auto& expected = golden()["features"][k == 3 ? "prdc3" : "prdc5"];
    const auto scores = neighbourhood_scores(y, x, k);
    expect_close(scores.precision.mean().item<double>(), expected["precision"], 1e-9);
    expect_close(scores.recall.mean().item<double>(), expected["recall"], 1e-9);
    expect_close(scores.density.mean().item<double>(), expected["density"], 1e-9);
    expect_close(scores.coverage.mean().item<double>(), expected["coverage"], 1e-9);
  }
}

TEST(MetricsGolden, InceptionScore) {
  const auto score = inception_score(clouds().logits.softmax(1), 10);
  expect_close(score.mean, golden()["features"]["is"], 1e-9);
  expect_close(score.deviation, golden()["features"]["is_deviation"], 1e-9);
}

// uint8 [2,3,40,36]: a pattern, and the same spoiled.
std::pair<at::Tensor, at::Tensor> pictures() {
  auto generator = seeded("pictures");
  const auto draw = [&] { return at::randn({2, 3, 40, 36}, generator, at::kDouble); };
  const auto y = at::arange(40, at::kDouble).view({1, 1, -1, 1}), x = at::arange(36, at::kDouble).view({1, 1, 1, -1});
  const auto c = at::arange(3, at::kDouble).view({1, -1, 1, 1});
  const auto clean = 127.5 + 100 * (0.3 * x + 0.2 * y * (c + 1)).sin() + 8 * draw();
  const auto spoiled = clean + 20 * draw();
  const auto bytes = [](const at::Tensor& values) { return values.clamp(0, 255).floor().to(at::kByte); };
  return {bytes(clean), bytes(spoiled)};
}

TEST(MetricsGolden, PairsOfPictures) {
  const auto [a, b] = pictures();
  const auto noise = psnr(a, b), similarity = ssim(a, b);
  for (int i = 0; i < 2; ++i) {
    expect_close(noise[i].item<double>(), golden()["pairs"]["psnr"][i], 1e-9);
    expect_close(similarity[i].item<double>(), golden()["pairs"]["ssim"][i], 1e-9);
  }
}

void expect_digest(const at::Tensor& got, const Json& expected) {
  const auto flat = got.to(at::kDouble).reshape({-1});
  expect_close(flat.abs().mean().item<double>(), expected["abs"]);
  expect_close(flat.norm().item<double>(), expected["l2"]);
  const auto values = at::tensor(expected["values"].get<std::vector<double>>(), at::kDouble);
  const auto places = at::floor_divide(at::arange(values.numel(), at::kLong) * flat.numel(), values.numel());
  EXPECT_LT(((flat.index_select(0, places) - values).norm() / values.norm()).item<double>(), kTolerance);
}

TEST(MetricsGolden, InceptionUnderEveryResize) {
  const Inception network(random_inception_weights(golden()["seeds"]["inception"].get<uint64_t>()));
  const auto picture = pictures().first;
  const std::pair<const char*, InceptionResize> cases[] = {
      {"bilinear", InceptionResize::bilinear}, {"tensorflow", InceptionResize::tensorflow}, {"clean", InceptionResize::clean}};
  for (const auto& [name, resize] : cases) {
    SCOPED_TRACE(name);
    const auto found = network(inception_input(picture, resize));
    expect_digest(found.features, golden()["inception"][name]["features"]);
    expect_digest(found.logits, golden()["inception"][name]["logits"]);
  }
}

struct Shape {
  int place;
  int64_t out, in, kernel;
};

// Weights of `layers` under torchvision's names and of five linear layers, in the order in which make_metrics.py draws them.
std::pair<StateDict, StateDict> random_lpips(const std::vector<Shape>& layers, const std::vector<int64_t>& taps) {
  auto generator = seeded("lpips");
  StateDict network, linear;
  const auto draw = [&](at::IntArrayRef shape, double deviation) {
    return at::empty(shape, at::kFloat).normal_(0, deviation, generator);
  };
  for (const auto& layer : layers) {
    const auto name = "features." + std::to_string(layer.place);
    network.tensors[name + ".weight"] =
        draw({layer.out, layer.in, layer.kernel, layer.kernel}, std::sqrt(2.0 / double(layer.in * layer.kernel * layer.kernel)));
    network.tensors[name + ".bias"] = draw({layer.out}, 0.01);
  }
  for (std::size_t i = 0; i < taps.size(); ++i)
    linear.tensors["lin" + std::to_string(i) + ".model.1.weight"] = draw({1, taps[i], 1, 1}, 1).abs();
  return {network, linear};
}

void check_lpips(const char* name, const std::vector<Shape>& layers, const std::vector<int64_t>& taps) {
  const auto [network, linear] = random_lpips(layers, taps);
  const auto prepared = [](const at::Tensor& bytes) {
    const auto part = bytes.narrow(2, 0, 32).narrow(3, 0, 32).to(at::kFloat) / 255;
    return at::upsample_nearest2d(part, {64, 64});
  };
  const auto [a, b] = pictures();
  const auto found = make_lpips(network, linear)(prepared(a), prepared(b));
  for (int i = 0; i < 2; ++i) expect_close(found[i].item<double>(), golden()["lpips"][name][i]);
}

TEST(MetricsGolden, LpipsOnVgg16) {
  check_lpips("vgg",
              {{0, 64, 3, 3},
               {2, 64, 64, 3},
               {5, 128, 64, 3},
               {7, 128, 128, 3},
               {10, 256, 128, 3},
               {12, 256, 256, 3},
               {14, 256, 256, 3},
               {17, 512, 256, 3},
               {19, 512, 512, 3},
               {21, 512, 512, 3},
               {24, 512, 512, 3},
               {26, 512, 512, 3},
               {28, 512, 512, 3}},
              {64, 128, 256, 512, 512});
}

TEST(MetricsGolden, LpipsOnAlexNet) {
  check_lpips("alex", {{0, 64, 3, 11}, {3, 192, 64, 5}, {6, 384, 192, 3}, {8, 256, 384, 3}, {10, 256, 256, 3}},
              {64, 192, 384, 256, 256});
}

}  // namespace
}  // namespace inkstone
