// The discriminator's augmentation against NVIDIA's, change by change at fixed percentiles, from make_stylegan.py.
#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "families/stylegan/augmentation.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

// Always this percentile, as the official code has it where it is given one: its normal quantiles lack the root of two. Its turn
// before the stretch is all; here both turns add up to it.
class FixedDice : public Dice {
 public:
  FixedDice(double percentile, bool turns) : q_(turns ? 0.5 + (percentile - 0.5) / 2 : percentile) {}
  at::Tensor uniform() override { return at::full({2}, q_, at::kFloat); }
  at::Tensor normal() override { return at::erfinv(at::full({2}, 2 * q_ - 1, at::kDouble)).to(at::kFloat); }
  at::Tensor happens(double) override { return at::ones({2}, at::kBool); }
  at::Tensor grain(at::IntArrayRef shape) override { return at::zeros(shape); }

 private:
  double q_;
};

Changes changes_of(const Json& kinds) {
  Changes changes;
  const std::map<std::string, double*> places = {{"xflip", &changes.flip},        {"rotate90", &changes.quarter_turn},
                                                 {"xint", &changes.shift},        {"scale", &changes.scale},
                                                 {"rotate", &changes.turn},       {"aniso", &changes.stretch},
                                                 {"xfrac", &changes.fraction},    {"brightness", &changes.brightness},
                                                 {"contrast", &changes.contrast}, {"lumaflip", &changes.luma_flip},
                                                 {"hue", &changes.hue},           {"saturation", &changes.saturation},
                                                 {"imgfilter", &changes.filter},  {"cutout", &changes.cutout}};
  for (const auto& kind : kinds) *places.at(kind.get<std::string>()) = 1;
  return changes;
}

// make_stylegan.py's formula.
at::Tensor test_pictures() {
  const auto k = at::arange(2 * 3 * 24 * 32, at::kDouble);
  const auto hashed = 43758.5453 * at::sin(12.9898 * k + 78.233 * 103);
  return (2 * (hashed - hashed.floor()) - 1).view({2, 3, 24, 32}).to(at::kFloat);
}

TEST(Augmentation, EqualsTheOfficialOne) {
  const auto golden = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/stylegan.json"));
  ASSERT_EQ(golden["augmentation"].size(), 9u);
  for (const auto& expected : golden["augmentation"]) {
    const auto changes = changes_of(expected["kinds"]);
    FixedDice dice(expected["percentile"], changes.turn > 0);
    const auto y = augmented(test_pictures(), changes, 1, dice).contiguous().flatten().to(at::kDouble);
    const double norm = expected["picture"]["norm"].get<double>();
    EXPECT_NEAR(y.norm().item<double>(), norm, 1e-4 * norm) << expected["kinds"];
    int64_t k = 0;
    for (const auto& value : expected["picture"]["some"])
      EXPECT_NEAR(y[y.numel() / 8 * k++].item<double>(), value.get<double>(), 1e-3) << expected["kinds"];
  }
}

}  // namespace
}  // namespace inkstone
