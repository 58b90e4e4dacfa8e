// The diffusion U-Net against plain PyTorch: outputs, gradients and parameter names, by make_unet.py.
#include <cmath>

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/wave_network.hpp"
#include "models/unet/unet.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

const Json& goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/unet.json"));
  return json;
}

UnetConfig config_of(const Json& golden) {
  UnetConfig config;
  config.in_channels = golden["channels"];
  config.out_channels = golden["out"];
  config.width = golden["width"];
  config.multipliers = golden["multipliers"].get<std::vector<int64_t>>();
  config.blocks = golden["blocks"];
  config.attention_levels = golden["attention"].get<std::vector<int64_t>>();
  config.heads = golden["heads"];
  config.classes = golden["classes"];
  config.dropout = 0;
  return config;
}

struct Pass {
  at::Tensor output, input_gradient;
  std::map<std::string, at::Tensor> gradients;
};

Pass run(const Json& golden, at::ScalarType type) {
  Unet unet(config_of(golden));
  golden::fill_with_waves(*unet, 2);
  unet->to(type);
  const int64_t n = 3, c = golden["channels"], h = golden["size"][0], w = golden["size"][1];
  const auto x = golden::wave(n * c * h * w, 0.37).view({n, c, h, w}).to(at::kFloat).to(type).requires_grad_();
  const auto y = unet(x, at::arange(n, at::kFloat) * 100 + 0.5, at::arange(n, at::kLong) - 1);
  (y * golden::wave(y.numel(), 0.11, std::acos(-1.0) / 2).view(y.sizes()).to(type)).sum().backward();
  Pass pass{y.detach().to(at::kDouble), x.grad().to(at::kDouble), {}};
  for (const auto& [name, value] : golden::sorted_parameters(*unet))
    pass.gradients[name] = value.grad().to(at::kDouble).contiguous();
  return pass;
}

double strided_error(const at::Tensor& got, const Json& expected) {
  const auto values = at::tensor(expected.get<std::vector<double>>(), at::kDouble);
  const auto flat = got.contiguous().flatten();
  const auto places = at::arange(0, flat.numel(), std::max<int64_t>(1, flat.numel() / 48), at::kLong);
  return ((flat.index_select(0, places) - values).norm() / values.norm()).item<double>();
}

void expect_parity(const Json& golden, at::ScalarType type, double tolerance) {
  const auto pass = run(golden, type);
  EXPECT_NEAR(pass.output.norm().item<double>() / golden["output_norm"].get<double>(), 1, tolerance);
  EXPECT_LT(strided_error(pass.output, golden["output"]), tolerance);
  EXPECT_LT(strided_error(pass.input_gradient, golden["input_gradient"]), tolerance);
  const double slack = tolerance / 10;  // a key's bias moves all scores alike: its gradient is nought
  ASSERT_EQ(pass.gradients.size(), golden["gradients"].size());
  for (const auto& [name, gradient] : pass.gradients) {
    ASSERT_TRUE(golden["gradients"].contains(name)) << name;
    const double norm = golden["gradients"][name][0], along = golden["gradients"][name][1];
    EXPECT_NEAR(gradient.norm().item<double>(), norm, tolerance * norm + slack) << name;
    const auto direction = golden::wave(gradient.numel(), 0.23);
    EXPECT_NEAR((gradient.flatten() * direction).sum().item<double>(), along,
                tolerance * norm * direction.norm().item<double>() + slack)
        << name;
  }
}

TEST(UnetGolden, Float64EqualsPyTorch) {
  for (const auto& [name, golden] : goldens().items()) {
    SCOPED_TRACE(name);
    expect_parity(golden, at::kDouble, 1e-6);  // the sines of the time embedding are float32
  }
}

TEST(UnetGolden, FusedFloat32EqualsPyTorchToItsRounding) {
  for (const auto& [name, golden] : goldens().items()) {
    SCOPED_TRACE(name);
    expect_parity(golden, at::kFloat, 2e-4);
  }
}

}  // namespace
}  // namespace inkstone
