#include "transform/embedded.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::transform {
namespace {

TEST(EmbeddedNetworks, AreWhatTheirNamesSay) {
  const auto networks = embedded_networks();
  ASSERT_EQ(networks.size(), 6u);
  for (const auto& network : networks) {
    EXPECT_LT(embedded_network(network.name).size(), 1u << 20) << network.name;
    EXPECT_TRUE(make_embedded_network(network.name, {at::kFloat})) << network.name;
  }
  EXPECT_TRUE(embedded_network("no-such-style").empty());
  EXPECT_FALSE(make_embedded_network("no-such-style", {at::kFloat}));
}

// A painter leaves the drawing of a photograph: light and dark halves stay apart, and neither stays what it was.
TEST(EmbeddedNetworks, PaintPhotographs) {
  auto photograph = at::full({1, 3, 96, 128}, 0.15);
  photograph.narrow(3, 64, 64).fill_(0.85);
  for (const auto& network : embedded_networks()) {
    if (network.purpose.find("stylise") == std::string::npos) continue;
    const auto painted = make_embedded_network(network.name, {at::kFloat})->forward(photograph);
    ASSERT_EQ(painted.sizes(), photograph.sizes()) << network.name;
    EXPECT_GT((painted - photograph).abs().mean().item<double>(), 0.05) << network.name;
    EXPECT_GT(painted.std().item<double>(), 0.08) << network.name;
  }
}

}  // namespace
}  // namespace inkstone::transform
