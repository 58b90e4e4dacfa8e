// Schedules and noise regularisation of the projection into StyleGAN's styles against make_projection.py, which works them out
// from the paper.
#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <torch/autograd.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "dream/projection.hpp"

namespace inkstone {
namespace {

const nlohmann::json& projection_goldens() {
  static const auto json = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/projection.json"));
  return json;
}

// make_projection.py's formula.
at::Tensor grain_wave(int64_t height, int64_t width, int64_t p) {
  const auto k = at::arange(height * width, at::kDouble);
  const auto hashed = 43758.5453 * at::sin(12.9898 * k + 78.233 * double(p));
  return (2 * (hashed - hashed.floor()) - 1).to(at::kFloat).view({1, 1, height, width});
}

TEST(ProjectionGolden, Schedules) {
  ASSERT_EQ(projection_goldens().at("schedule").size(), 8u);
  for (const auto& at : projection_goldens().at("schedule")) {
    EXPECT_NEAR(dream::projection_rate(at.at("t")), at.at("rate").get<double>(), 1e-12) << at;
    EXPECT_NEAR(dream::projection_noise(at.at("t")), at.at("noise").get<double>(), 1e-12) << at;
  }
}

TEST(ProjectionGolden, GrainCorrelationAndItsSlope) {
  std::vector<at::Tensor> all;
  double sum = 0;
  for (const auto& golden : projection_goldens().at("grains")) {
    const auto grain = grain_wave(golden.at("height"), golden.at("width"), golden.at("p")).requires_grad_();
    const auto value = dream::grain_correlation({grain});
    EXPECT_NEAR(value.item<double>(), golden.at("value").get<double>(), 1e-5 * golden.at("value").get<double>() + 1e-9) << golden;
    const auto slope = torch::autograd::grad({value}, {grain})[0].flatten()[golden.at("element").get<int64_t>()].item<double>();
    EXPECT_NEAR(slope, golden.at("slope").get<double>(), 1e-4 * std::abs(golden.at("slope").get<double>()) + 1e-8) << golden;
    all.push_back(grain);
    sum += golden.at("value").get<double>();
  }
  EXPECT_NEAR(dream::grain_correlation(all).item<double>(), sum, 1e-5 * sum);
}

}  // namespace
}  // namespace inkstone
