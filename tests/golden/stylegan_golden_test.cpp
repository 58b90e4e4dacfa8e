// StyleGAN2 against NVIDIA's code: names, shapes, pictures, scores, the gradients of the game and of both regularisers, from
// make_stylegan.py.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "models/stylegan/discriminator.hpp"
#include "models/stylegan/generator.hpp"
#include "models/stylegan/official.hpp"
#include "nn/fill.hpp"
#include "objectives/style_regularisers.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-4;  // relative to the norm

const Json& stylegan_goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/stylegan.json"));
  return json;
}

// make_stylegan.py's formula.
at::Tensor wave(at::IntArrayRef shape, int64_t p, double centre = 0, double scale = 1) {
  const auto k = at::arange(c10::multiply_integers(shape), at::kDouble);
  const auto hashed = 43758.5453 * at::sin(12.9898 * k + 78.233 * double(p));
  return (centre + scale * (2 * (hashed - hashed.floor()) - 1)).view(shape).to(at::kFloat);
}

std::map<std::string, at::Tensor> state_of(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> state;
  for (const auto& p : module.named_parameters()) state[p.key()] = p.value();
  for (const auto& b : module.named_buffers()) state[b.key()] = b.value();
  return state;
}

void fill(torch::nn::Module& module) {
  const at::NoGradGuard frozen;
  int64_t p = 0;
  for (auto& [name, tensor] : state_of(module)) {
    const double slow = name.find("mapping.fc") != std::string::npos ? 100 : 1;
    double centre = 0, scale = std::sqrt(3.0) * slow;
    if (name.ends_with("bias")) centre = name.find("affine") != std::string::npos ? 1 : 0, scale = 0.3 * slow;
    if (name.ends_with("noise_strength")) centre = 0.3, scale = 0.2;
    tensor.copy_(wave(tensor.sizes(), p++, centre, scale));
  }
}

void expect_summary(const at::Tensor& got, const Json& expected, const std::string& what, double floor = 1e-9) {
  const auto t = got.detach().contiguous().flatten().to(at::kDouble);
  const double norm = expected["norm"].get<double>();
  EXPECT_NEAR(t.norm().item<double>(), norm, kTolerance * norm + floor) << what;
  const int64_t step = std::max<int64_t>(1, t.numel() / 8);
  int64_t k = 0;
  for (const auto& value : expected["some"])
    EXPECT_NEAR(t[step * k++].item<double>(), value.get<double>(), kTolerance * norm + floor) << what;
}

// A tensor whose own gradient is what is left of sums that cancel (biases, of which a piecewise linear network's slope does not
// depend) is held to the whole gradient's float32 instead.
void expect_gradients(torch::nn::Module& module, const Json& expected) {
  ASSERT_EQ(module.parameters().size(), expected.size());
  double largest = 0;
  for (const auto& [name, summary] : expected.items()) largest = std::max(largest, summary["norm"].get<double>());
  for (auto& p : module.named_parameters()) {
    const auto gradient = p.value().grad();
    expect_summary(gradient.defined() ? gradient : at::zeros_like(p.value()), expected.at(p.key()), p.key(), 1e-6 * largest);
  }
  module.zero_grad();
}

class StyleGan : public testing::TestWithParam<std::string> {
 protected:
  const Json& golden() const { return stylegan_goldens().at("cases").at(GetParam()); }

  stylegan::Config config() const {
    stylegan::Config config;
    config.channels = golden()["channels"], config.height = config.width = golden()["resolution"];
    config.latent = 8, config.style = 12, config.classes = golden()["classes"];
    config.mapping_layers = 3, config.label_mapping_layers = 2;
    config.channel_base = golden()["base"], config.channel_max = 16;
    config.generator = stylegan::architecture(golden()["generator"]);
    config.discriminator = stylegan::architecture(golden()["discriminator"]);
    config.clamp = golden()["clamp"];
    config.group = 2, config.group_features = golden()["group_features"];
    return config;
  }

  void SetUp() override {
    generator = std::make_shared<stylegan::Generator>(config());
    discriminator = std::make_shared<stylegan::Discriminator>(config());
    fill(*generator);
    fill(*discriminator);
  }

  at::Tensor styles(int64_t count = 4) const {
    return generator->truncated(generator->map(z.narrow(0, 0, count), labels.narrow(0, 0, count)), 1);
  }
  at::Tensor pictures() const { return wave({4, config().channels, config().height, config().width}, 101); }

  std::shared_ptr<stylegan::Generator> generator;
  std::shared_ptr<stylegan::Discriminator> discriminator;
  at::Tensor z = wave({4, 8}, 100, 0, 1.7), labels = at::tensor({0, 2, 1, 2}, at::kLong);
};

TEST_P(StyleGan, NamesAndShapesAreTheOfficialOnes) {
  for (const auto& [name, module] :
       {std::pair<std::string, torch::nn::Module*>{"G", generator.get()}, {"D", discriminator.get()}}) {
    std::map<std::string, std::vector<int64_t>> got;
    for (const auto& [key, tensor] : state_of(*module)) got[key] = tensor.sizes().vec();
    EXPECT_EQ(got, golden()["shapes"][name].get<decltype(got)>());
  }
}

TEST_P(StyleGan, PaintsAndJudgesAlike) {
  const at::NoGradGuard frozen;
  const auto w = generator->map(z, labels);
  expect_summary(generator->synthesise(generator->truncated(w, 1)), golden()["picture"], "picture");
  expect_summary(generator->synthesise(generator->truncated(w, 1), {{}, true}), golden()["picture"], "fused");
  expect_summary(generator->synthesise(generator->truncated(w, 0.6, 3)), golden()["truncated"], "truncated");
  expect_summary(generator->synthesise(generator->truncated(w, 1), {stylegan::no_grain()}), golden()["without grain"],
                 "without grain");
  const auto logits = golden()["logits"].get<std::vector<double>>();
  const auto got = discriminator->forward(pictures(), labels);
  for (int64_t k = 0; k < 4; ++k)
    EXPECT_NEAR(got[k].item<double>(), logits[std::size_t(k)], kTolerance * (1 + std::abs(logits[std::size_t(k)])));
}

TEST_P(StyleGan, GradientsOfTheGame) {
  const auto fakes = generator->synthesise(styles());
  at::softplus(-discriminator->forward(fakes, labels)).mean().backward();
  expect_gradients(*generator, golden()["game"]["G"]);
  expect_gradients(*discriminator, golden()["game"]["D"]);
}

TEST_P(StyleGan, GradientPenaltyAtTheData) {
  const auto x = pictures().requires_grad_();
  const auto penalty = objectives::squared_gradient(discriminator->forward(x, labels), x);
  const auto expected = golden()["r1"]["values"].get<std::vector<double>>();
  for (int64_t k = 0; k < 4; ++k)
    EXPECT_NEAR(penalty[k].item<double>(), expected[std::size_t(k)], kTolerance * expected[std::size_t(k)]);
  (5 * penalty).mean().backward();
  expect_gradients(*discriminator, golden()["r1"]["gradients"]);
}

TEST_P(StyleGan, PathLengths) {
  const auto ws = styles(2);
  const auto painted = generator->synthesise(ws);
  const auto lengths = objectives::path_lengths(painted, ws, wave(painted.sizes(), 102, 0, 1.7));
  const auto expected = golden()["path"]["values"].get<std::vector<double>>();
  for (int64_t k = 0; k < 2; ++k)
    EXPECT_NEAR(lengths[k].item<double>(), expected[std::size_t(k)], kTolerance * expected[std::size_t(k)]);
  (lengths - 0.3).square().mean().backward();
  expect_gradients(*generator, golden()["path"]["gradients"]);
}

// data/stylegan.pkl holds a line in place of each class' source text that would end the program.
TEST(StyleGanPickle, OfficialNetworksLoadAndPaintAlike) {
  const at::NoGradGuard frozen;
  const auto file = load_weights(INKSTONE_SOURCE_DIR "/tests/golden/data/stylegan.pkl");
  EXPECT_EQ(file.metadata.at("G_ema.init_kwargs.synthesis_kwargs.conv_clamp"), "256");
  const auto networks = stylegan::official_networks(file);
  EXPECT_EQ(networks.config.classes, 3);
  EXPECT_EQ(networks.config.clamp, 256);
  EXPECT_EQ(networks.config.group, 2);
  stylegan::Generator generator(networks.config);
  stylegan::Discriminator discriminator(networks.config);
  nn::fill(generator, networks.generator, {});
  nn::fill(discriminator, *networks.discriminator, {});
  const auto labels = at::tensor({2, 0}, at::kLong);
  const auto x = generator.synthesise(generator.truncated(generator.map(wave({2, 6}, 100, 0, 1.7), labels), 0.7));
  expect_summary(x, stylegan_goldens()["pickle"]["picture"], "picture");
  const auto logits = discriminator.forward(x, labels);
  for (int64_t k = 0; k < 2; ++k)
    EXPECT_NEAR(logits[k].item<double>(), stylegan_goldens()["pickle"]["logits"][std::size_t(k)].get<double>(), kTolerance);
}

TEST(StyleGanPickle, MissingAndForeignTensorsAreNamed) {
  const auto file = load_weights(INKSTONE_SOURCE_DIR "/tests/golden/data/stylegan.pkl");
  const auto without = [&](const std::string& name) {
    auto changed = file;
    changed.tensors.erase(name);
    try {
      const auto networks = stylegan::official_networks(changed);
      stylegan::Generator generator(networks.config);
      nn::fill(generator, networks.generator, {});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(without("G_ema.mapping.fc1.bias").find("mapping.fc1.bias"), std::string::npos);
  EXPECT_NE(without("G_ema.synthesis.b8.conv0.affine.weight").find("b8.conv0.affine.weight"), std::string::npos);
  EXPECT_NE(without("G_ema.mapping.w_avg").find("w_avg"), std::string::npos);
  EXPECT_NE(without("G_ema.synthesis.b4.const"), "accepted");
}

std::vector<std::string> case_names() {
  std::vector<std::string> all;
  for (const auto& [name, value] : stylegan_goldens().at("cases").items()) all.push_back(name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, StyleGan, testing::ValuesIn(case_names()), [](const auto& info) {
  auto name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace inkstone
