// What adapters add to weights, against peft, by make_adapters.py.
#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/formula_weights.hpp"
#include "models/stable_diffusion/adapters/adapter_delta.hpp"
#include "models/stable_diffusion/adapters/adapter_names.hpp"
#include "models/stable_diffusion/released.hpp"
#include "text/clip_text.hpp"

namespace inkstone::sd {
namespace {

at::Tensor sine(const nlohmann::json& shape, double step, double phase) {
  const auto sizes = shape.get<std::vector<int64_t>>();
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  return at::sin(at::arange(count, at::kDouble) * step + phase).view(sizes).to(at::kFloat);
}

nlohmann::json adapter_goldens() {
  return nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/adapters.json"));
}

TEST(AdapterGolden, MergesAsPeftDoes) {
  const auto goldens = adapter_goldens()["merged"];
  EXPECT_EQ(goldens.size(), 9U);
  for (const auto& [name, golden] : goldens.items()) {
    SCOPED_TRACE(name);
    AdapterLayer layer{{"alpha", at::scalar_tensor(golden["alpha"].get<double>())}};
    double k = 0;
    for (const auto& [role, shape] : golden["parts"].items())
      layer[role] = (role == "dora_scale" ? 1 : 0) + 0.5 * sine(shape, 0.7, k++);
    const auto weight = sine(golden["shape"], 0.37, 0);
    EXPECT_LT(error_of(adapted(weight, layer, 1), golden["merged"]), 1e-5);
    const auto half = weight + 0.5 * (adapted(weight, layer, 1) - weight);
    EXPECT_TRUE(at::allclose(adapted(weight, layer, 0.5), half, 1e-5, 1e-6));
  }
}

StateDict named_tensors(const torch::nn::Module& network) {
  StateDict names;
  for (const auto& item : network.named_parameters()) names.tensors.emplace(item.key(), item.value());
  return names;
}

// The XL base with its real levels and blocks.
Checkpoint xl_names() {
  Checkpoint checkpoint;
  checkpoint.version = Version::sdxl;
  checkpoint.unet_config = released_unet(Version::sdxl);
  checkpoint.unet = named_tensors(*UNet2DConditionModel(checkpoint.unet_config));
  for (const auto& config : released_text_encoders(Version::sdxl))
    checkpoint.text.push_back({config, named_tensors(*ClipText(config))});
  return checkpoint;
}

TEST(AdapterGolden, NamesLayersAsDiffusersDoes) {
  const auto targets = adapter_targets(xl_names());
  const auto pairs = adapter_goldens()["names"];
  EXPECT_GT(pairs.size(), 150U);
  for (const auto& pair : pairs) {
    const auto kohya = pair[0].get<std::string>(), theirs = pair[1].get<std::string>();
    SCOPED_TRACE(kohya + " " + theirs);
    const auto ours = targets.find(adapter_key(kohya)), other = targets.find(adapter_key(split_adapter_name(theirs)->layer));
    ASSERT_NE(ours, targets.end());
    ASSERT_NE(other, targets.end());
    EXPECT_EQ(ours->second.layer, other->second.layer);
    EXPECT_EQ(ours->second.encoder, other->second.encoder);
  }
}

}  // namespace
}  // namespace inkstone::sd
