// The network that paints from words against plain PyTorch: outputs, gradients and parameter names, by make_words.py.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/wave_network.hpp"
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

TEST(WordsGolden, IsTheNetworkOfThePapers) {
  for (const auto& [name, expected] : goldens().items()) {
    const auto config = config_of(expected);
    Painter painter(config);
    golden::fill_with_waves(*painter, 2);
    const int64_t n = 3;
    const auto x = golden::wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat)
                       .requires_grad_();
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.text_length)).remainder(config.vocabulary);
    const auto y = painter->forward(x, at::arange(n, at::kFloat) * 300 + 50, ids);
    EXPECT_LT(golden::largest_difference(y, expected["output"]), 2e-5) << name;
    (y * golden::wave(y.numel(), 0.11, M_PI / 2).view(y.sizes()).to(at::kFloat)).sum().backward();
    EXPECT_LT(golden::largest_difference(x.grad(), expected["input_gradient"]), 1e-4) << name;
    golden::expect_gradients(*painter, expected["gradients"], name);
  }
}

}  // namespace
}  // namespace inkstone::words
