// The privacy accountant against numerical integration and against another accountant: make_privacy.py.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "train/privacy_accountant.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

const Json& golden() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/privacy.json"));
  return json;
}

TEST(PrivacyGolden, DivergenceOfAStepIsItsIntegral) {
  for (const auto& c : golden().at("divergences")) {
    const double value = c.at("value");
    EXPECT_NEAR(renyi_divergence(c.at("rate"), c.at("noise"), c.at("order")), value, 1e-7 * value) << c;
  }
}

// For fractional orders the other one adds up the size of alternating terms, which is a bound from above; hence not closer.
TEST(PrivacyGolden, EpsilonIsAnotherAccountants) {
  for (const auto& c : golden().at("epsilons")) {
    const double value = c.at("value"),
                 ours = PrivacyAccountant(c.at("rate"), c.at("noise")).epsilon(c.at("steps"), c.at("delta"));
    EXPECT_NEAR(ours, value, 5e-4 * value) << c;
    EXPECT_LE(ours, value * (1 + 1e-9)) << c;
  }
}

}  // namespace
}  // namespace inkstone
