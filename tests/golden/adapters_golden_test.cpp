// What adapters add to weights, against peft, by make_adapters.py.
#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/formula_weights.hpp"
#include "models/stable_diffusion/adapters/adapter_delta.hpp"

namespace inkstone::sd {
namespace {

at::Tensor sine(const nlohmann::json& shape, double step, double phase) {
  const auto sizes = shape.get<std::vector<int64_t>>();
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  return at::sin(at::arange(count, at::kDouble) * step + phase).view(sizes).to(at::kFloat);
}

TEST(AdapterGolden, MergesAsPeftDoes) {
  const auto goldens = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/adapters.json"));
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

}  // namespace
}  // namespace inkstone::sd
