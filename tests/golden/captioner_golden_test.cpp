// The network that says what a picture shows against plain PyTorch: logits, gradients and parameter names, by make_captioner.py.
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "models/captioner/network.hpp"

namespace inkstone::captioner {
namespace {

using Json = nlohmann::json;

CaptionerConfig config_of(const Json& g) {
  return {.channels = g["channels"],
          .height = g["size"][0],
          .width = g["size"][1],
          .strokes = g["strokes"],
          .features = g["features"],
          .depth = g["depth"],
          .heads = g["heads"],
          .length = g["length"],
          .vocabulary = g["vocabulary"]};
}

at::Tensor wave(int64_t count, double step, double phase = 0) {
  return at::sin(at::arange(count, at::kDouble) * step + phase);
}

std::map<std::string, at::Tensor> sorted_parameters(const Network& network) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& item : network->named_parameters()) sorted.emplace(item.key(), item.value());
  return sorted;
}

void fill(const Network& network) {
  const at::NoGradGuard frozen;
  int k = 0;
  for (auto& [name, value] : sorted_parameters(network)) {
    const bool flat = value.dim() == 1, scale = flat && name.ends_with("weight");
    const double b = flat ? (scale ? 0.2 : 0.1) : std::sqrt(0.5 / double(value[0].numel()));
    value.copy_(((scale ? 1 : 0) + b * wave(value.numel(), 12.9898, 78.233 * k++)).view(value.sizes()));
  }
}

double worst(const at::Tensor& got, const Json& expected) {
  const auto flat = got.detach().to(at::kDouble).contiguous().flatten();
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  const auto strided = flat.slice(0, 0, flat.numel(), std::max<int64_t>(1, flat.numel() / 48));
  return ((strided - values).abs().max() / values.abs().max()).item<double>();
}

void expect_gradients(const Network& network, const Json& golden, const std::string& name) {
  const auto parameters = sorted_parameters(network);
  ASSERT_EQ(parameters.size(), golden.size()) << name;
  for (const auto& [parameter, value] : parameters) {
    ASSERT_TRUE(golden.contains(parameter)) << parameter;
    const double norm = golden[parameter][0], along = golden[parameter][1];
    const auto gradient = value.grad().to(at::kDouble).contiguous().flatten();
    EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm + 1e-6) << name << " " << parameter;
    EXPECT_NEAR((gradient * wave(gradient.numel(), 0.23)).sum().item<double>(), along, 2e-4 * norm + 1e-6)
        << name << " " << parameter;
  }
}

TEST(CaptionerGolden, IsTheNetworkOfThePapers) {
  const auto goldens = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/captioner.json"));
  for (const auto& [name, golden] : goldens.items()) {
    const auto config = config_of(golden);
    Network network(config);
    fill(network);
    network->eval();
    const int64_t n = 3;
    const auto x = wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat)
                       .requires_grad_();
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.length)).remainder(config.vocabulary + 2);
    const auto y = network->forward(x, ids);
    ASSERT_EQ(y.sizes().vec(), golden["shape"].get<std::vector<int64_t>>());
    EXPECT_LT(worst(y, golden["output"]), 2e-5) << name;
    (y * wave(y.numel(), 0.11, M_PI / 2).view(y.sizes()).to(at::kFloat)).sum().backward();
    EXPECT_LT(worst(x.grad(), golden["input_gradient"]), 1e-4) << name;
    expect_gradients(network, golden["gradients"], name);
  }
}

}  // namespace
}  // namespace inkstone::captioner
