// The encoders of a joint space and their loss against plain PyTorch: directions, loss, gradients and parameter names, by
// make_contrastive.py.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/wave_network.hpp"
#include "models/contrastive/pair_encoder.hpp"
#include "objectives/contrastive.hpp"

namespace inkstone::contrastive {
namespace {

using Json = nlohmann::json;

PairConfig config_of(const Json& g) {
  PairConfig config{g["channels"], g["size"][0], g["size"][1], g["base_width"], g["features"], g["depth"], g["vocabulary"]};
  config.text_length = g["text_length"];
  config.text_depth = g["text_depth"];
  return config;
}

double worst(const at::Tensor& got, const Json& expected) {
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  return (got.detach().to(at::kDouble).flatten() - values).abs().max().item<double>();
}

TEST(ContrastiveGolden, IsTheNetworkAndTheLossOfThePaper) {
  const auto goldens = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/contrastive.json"));
  for (const auto& [name, expected] : goldens.items()) {
    const auto config = config_of(expected);
    PairEncoder pair(config);
    golden::fill_with_waves(*pair, 2);
    const int64_t n = expected["pairs"];
    const auto x = golden::wave(n * config.channels * config.height * config.width, 0.37)
                       .view({n, config.channels, config.height, config.width})
                       .to(at::kFloat);
    const auto ids = (7 * at::arange(n).unsqueeze(1) + 3 * at::arange(config.text_length)).remainder(config.vocabulary);
    const auto pictures = pair->see(x), texts = pair->read(ids).direction;
    EXPECT_LT(worst(pictures, expected["picture_directions"]), 2e-5) << name;
    EXPECT_LT(worst(texts, expected["text_directions"]), 2e-5) << name;
    const auto loss = objectives::contrastive_loss(pictures, texts, pair->scale());
    EXPECT_NEAR(loss.item<double>(), expected["loss"].get<double>(), 1e-5) << name;
    loss.backward();
    golden::expect_gradients(*pair, expected["gradients"], name);
  }
}

}  // namespace
}  // namespace inkstone::contrastive
