// The encoders of a joint space and their loss against plain PyTorch: directions, loss, gradients and parameter names, by
// make_contrastive.py.
#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "models/contrastive/pair_encoder.hpp"
#include "objectives/contrastive.hpp"

namespace inkstone::contrastive {
namespace {

using Json = nlohmann::json;

at::Tensor wave(int64_t count, double step, double phase = 0) {
  return at::sin(at::arange(count, at::kDouble) * step + phase);
}

PairConfig config_of(const Json& g) {
  PairConfig config{g["channels"], g["size"][0], g["size"][1], g["base_width"], g["features"], g["depth"], g["vocabulary"]};
  config.text_length = g["text_length"];
  config.text_depth = g["text_depth"];
  return config;
}

std::map<std::string, at::Tensor> sorted_parameters(const PairEncoder& pair) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& item : pair->named_parameters()) sorted.emplace(item.key(), item.value());
  return sorted;
}

void fill(const PairEncoder& pair) {
  const at::NoGradGuard frozen;
  int k = 0;
  for (auto& [name, value] : sorted_parameters(pair)) {
    const double phase = 78.233 * k++;
    if (value.dim() == 0) {
      value.fill_(1.25);
      continue;
    }
    const bool flat = value.dim() == 1, scale = flat && name.ends_with("weight");
    const double b = flat ? (scale ? 0.2 : 0.1) : std::sqrt(2.0 / static_cast<double>(value[0].numel()));
    value.copy_(((scale ? 1 : 0) + b * wave(value.numel(), 12.9898, phase)).view(value.sizes()));
  }
}

double worst(const at::Tensor& got, const Json& expected) {
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  return (got.detach().to(at::kDouble).flatten() - values).abs().max().item<double>();
}

void expect_gradients(const PairEncoder& pair, const Json& golden, const std::string& name) {
  const auto parameters = sorted_parameters(pair);
  ASSERT_EQ(parameters.size(), golden.size()) << name;
  for (const auto& [parameter, value] : parameters) {
    ASSERT_TRUE(golden.contains(parameter)) << parameter;
    const double norm = golden[parameter][0], along = golden[parameter][1];
    const auto gradient = value.grad().to(at::kDouble).flatten();
    EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm + 1e-6) << name << " " << parameter;
    EXPECT_NEAR((gradient * wave(gradient.numel(), 0.23)).sum().item<double>(), along, 2e-4 * norm + 1e-6)
        << name << " " << parameter;
  }
}

TEST(ContrastiveGolden, IsTheNetworkAndTheLossOfThePaper) {
  const auto goldens = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/contrastive.json"));
  for (const auto& [name, golden] : goldens.items()) {
    const auto config = config_of(golden);
    PairEncoder pair(config);
    fill(pair);
    const int64_t n = golden["pairs"];
    const auto x = wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat);
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.text_length)).remainder(config.vocabulary);
    const auto pictures = pair->see(x), texts = pair->read(ids).direction;
    EXPECT_LT(worst(pictures, golden["picture_directions"]), 2e-5) << name;
    EXPECT_LT(worst(texts, golden["text_directions"]), 2e-5) << name;
    const auto loss = objectives::contrastive_loss(pictures, texts, pair->scale());
    EXPECT_NEAR(loss.item<double>(), golden["loss"].get<double>(), 1e-5) << name;
    loss.backward();
    expect_gradients(pair, golden["gradients"], name);
  }
}

}  // namespace
}  // namespace inkstone::contrastive
