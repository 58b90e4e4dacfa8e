// The network that paints from words against plain PyTorch: outputs, gradients and parameter names, by make_words.py.
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "models/words/painter.hpp"

namespace inkstone::words {
namespace {

using Json = nlohmann::json;

const Json& goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/words.json"));
  return json;
}

PainterConfig config_of(const Json& g) {
  PainterConfig config{g["channels"], g["size"][0], g["size"][1], g["patch"],     g["features"],
                       g["depth"],    g["heads"],   g["strokes"], g["vocabulary"]};
  config.text_length = g["text_length"];
  config.text_features = g["text_features"];
  config.text_depth = g["text_depth"];
  return config;
}

at::Tensor wave(int64_t count, double step, double phase = 0) {
  return at::sin(at::arange(count, at::kDouble) * step + phase);
}

std::map<std::string, at::Tensor> sorted_parameters(const Painter& painter) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& item : painter->named_parameters()) sorted.emplace(item.key(), item.value());
  return sorted;
}

void fill(const Painter& painter) {
  const at::NoGradGuard frozen;
  int k = 0;
  for (auto& [name, value] : sorted_parameters(painter)) {
    const bool flat = value.dim() == 1, scale = flat && name.ends_with("weight");
    const double b = flat ? (scale ? 0.2 : 0.1) : std::sqrt(2.0 / static_cast<double>(value[0].numel()));
    value.copy_(((scale ? 1 : 0) + b * wave(value.numel(), 12.9898, 78.233 * k++)).view(value.sizes()));
  }
}

double worst(const at::Tensor& got, const Json& expected) {
  const auto flat = got.detach().to(at::kDouble).contiguous().flatten();
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  const auto strided = flat.slice(0, 0, flat.numel(), std::max<int64_t>(1, flat.numel() / 48));
  return ((strided - values).abs().max() / values.abs().max()).item<double>();
}

TEST(WordsGolden, IsTheNetworkOfThePapers) {
  for (const auto& [name, golden] : goldens().items()) {
    const auto config = config_of(golden);
    Painter painter(config);
    fill(painter);
    const int64_t n = 3;
    const auto x = wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat)
                       .requires_grad_();
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.text_length)).remainder(config.vocabulary);
    const auto y = painter->forward(x, at::arange(n, at::kFloat) * 300 + 50, ids);
    EXPECT_LT(worst(y, golden["output"]), 2e-5) << name;
    (y * wave(y.numel(), 0.11, M_PI / 2).view(y.sizes()).to(at::kFloat)).sum().backward();
    EXPECT_LT(worst(x.grad(), golden["input_gradient"]), 1e-4) << name;
    const auto parameters = sorted_parameters(painter);
    ASSERT_EQ(parameters.size(), golden["gradients"].size()) << name;
    for (const auto& [parameter, value] : parameters) {
      ASSERT_TRUE(golden["gradients"].contains(parameter)) << parameter;
      const double norm = golden["gradients"][parameter][0], along = golden["gradients"][parameter][1];
      const auto gradient = value.grad().to(at::kDouble).flatten();
      EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm + 1e-6) << name << " " << parameter;
      EXPECT_NEAR((gradient * wave(gradient.numel(), 0.23)).sum().item<double>(), along, 2e-4 * norm + 1e-6)
          << name << " " << parameter;
    }
  }
}

}  // namespace
}  // namespace inkstone::words
