// The published feed-forward painters, with their real weights, against PyTorch (make_fast_style.py).
#include <filesystem>
#include <fstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "catalogue/places.hpp"
#include "inkstone/error.hpp"
#include "transform/arbitrary_style.hpp"
#include "transform/open.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

const fs::path kPublished = INKSTONE_SOURCE_DIR "/../shared/models";

nlohmann::json golden(const char* network) {
  return nlohmann::json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/fast_style.json")).at(network);
}

// The formula of make_fast_style.py.
at::Tensor formula_picture(int64_t height, int64_t width, double phase = 0) {
  const auto c = at::arange(3.0).view({3, 1, 1}), y = at::arange(double(height)).view({height, 1}), x = at::arange(double(width));
  return ((1 + at::sin(0.37 * x + 0.11 * y * (c + 1) + c + phase) * at::cos(0.23 * y - 0.05 * x)) / 2)
      .to(at::kFloat)
      .unsqueeze(0);
}

double error_against(const at::Tensor& got, const nlohmann::json& expected) {
  EXPECT_EQ(got.sizes().vec(), expected["shape"].get<std::vector<int64_t>>());
  const auto values = at::tensor(expected["values"].get<std::vector<double>>(), at::kDouble);
  const auto flat = got.to(at::kDouble).contiguous().flatten();
  EXPECT_NEAR(flat.norm().item<double>(), expected["norm"].get<double>(), 1e-3 * expected["norm"].get<double>());
  return (flat.slice(0, 0, flat.numel(), std::max<int64_t>(1, flat.numel() / 400)) - values).abs().max().item<double>();
}

TEST(PublishedPainters, FastStyleEqualsPyTorch) {
  if (!fs::exists(kPublished)) GTEST_SKIP() << "no published models beside the source: " << kPublished;
  const auto goldens = golden("fast_style");
  EXPECT_EQ(goldens.size(), 4u);
  for (const auto& [style, expected] : goldens.items()) {
    const auto network = open({kPublished / "fast-style" / style / "manifest.json"});
    EXPECT_LT(error_against(network->forward(formula_picture(48, 64)), expected), 1e-4) << style;
    const auto narrow = open({kPublished / "fast-style" / style}, {at::kBFloat16});
    EXPECT_LT(error_against(narrow->forward(formula_picture(48, 64)), expected), 0.1) << style;
  }
}

TEST(PublishedPainters, MicroAstEqualsPyTorch) {
  if (!fs::exists(kPublished)) GTEST_SKIP() << "no published models beside the source: " << kPublished;
  const auto network = open({kPublished / "microast"});
  auto& arbitrary = dynamic_cast<ArbitraryStyle&>(*network);
  const auto goldens = golden("microast");
  EXPECT_EQ(goldens.size(), 2u);
  for (const auto& [alpha, expected] : goldens.items()) {
    arbitrary.set_styles({{formula_picture(40, 56, 2), 1}}, std::stod(alpha));
    EXPECT_LT(error_against(network->forward(formula_picture(48, 64)), expected), 1e-4) << alpha;
  }
}

TEST(PublishedPainters, MicroAstBlends) {
  if (!fs::exists(kPublished)) GTEST_SKIP() << "no published models beside the source: " << kPublished;
  const auto network = open({kPublished / "microast"});
  auto& arbitrary = dynamic_cast<ArbitraryStyle&>(*network);
  const auto photograph = formula_picture(48, 64), one = formula_picture(40, 56, 2), other = 1 - formula_picture(57, 41, 1) * 0.5;
  const auto painted = [&](const std::vector<StyleShare>& styles) {
    arbitrary.set_styles(styles, 1);
    return network->forward(photograph);
  };
  const auto distance = [](const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().mean().item<double>(); };
  const auto first = painted({{one, 1}}), second = painted({{other, 1}}), both = painted({{one, 2}, {other, 2}});
  EXPECT_LT(distance(painted({{one, 3}, {other, 0}}), first), 1e-4);
  EXPECT_LT(std::max(distance(both, first), distance(both, second)), distance(first, second));
  EXPECT_THROW(painted({{one, 0}}), Error);
}

TEST(PublishedPainters, CartoonGanEqualsPyTorch) {
  const auto folder = Places::from_environment().models() / "cartoongan";
  int found = 0;
  const auto goldens = golden("cartoongan");
  for (const auto& [style, expected] : goldens.items()) {
    if (!fs::exists(folder / style / "model.json")) continue;
    ++found;
    EXPECT_LT(error_against(open({folder / style / "model.json"})->forward(formula_picture(48, 64)), expected), 1e-4) << style;
  }
  if (found == 0) GTEST_SKIP() << "no cartoon networks here; inkstone models pull cartoongan/hayao";
}

}  // namespace
}  // namespace inkstone::transform
