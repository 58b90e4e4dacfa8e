// The network that says what a picture shows against plain PyTorch: logits, gradients and parameter names, by make_captioner.py.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/wave_network.hpp"
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

TEST(CaptionerGolden, IsTheNetworkOfThePapers) {
  const auto goldens = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/captioner.json"));
  for (const auto& [name, expected] : goldens.items()) {
    const auto config = config_of(expected);
    Network network(config);
    golden::fill_with_waves(*network, 0.5);
    network->eval();
    const int64_t n = 3;
    const auto x = golden::wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat)
                       .requires_grad_();
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.length)).remainder(config.vocabulary + 2);
    const auto y = network->forward(x, ids);
    ASSERT_EQ(y.sizes().vec(), expected["shape"].get<std::vector<int64_t>>());
    EXPECT_LT(golden::largest_difference(y, expected["output"]), 2e-5) << name;
    (y * golden::wave(y.numel(), 0.11, M_PI / 2).view(y.sizes()).to(at::kFloat)).sum().backward();
    EXPECT_LT(golden::largest_difference(x.grad(), expected["input_gradient"]), 1e-4) << name;
    golden::expect_gradients(*network, expected["gradients"], name);
  }
}

}  // namespace
}  // namespace inkstone::captioner
