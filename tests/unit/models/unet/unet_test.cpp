#include "models/unet/unet.hpp"

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

UnetConfig small() {
  UnetConfig config;
  config.width = 16;
  config.multipliers = {1, 2};
  config.blocks = 1;
  config.dropout = 0;
  return config;
}

TEST(Unet, StartsByPredictingNothing) {
  Unet unet(small());
  const auto y = unet(at::randn({2, 3, 8, 8}), at::tensor({0.0F, 999.0F}));
  EXPECT_TRUE(y.equal(at::zeros({2, 3, 8, 8})));
}

TEST(Unet, TakesAnySize) {
  Unet unet(small());
  for (const auto& [height, width] : {std::pair<int64_t, int64_t>{1, 1}, {7, 12}, {33, 5}})
    EXPECT_EQ(unet(at::randn({1, 3, height, width}), at::zeros({1})).sizes(), at::IntArrayRef({1, 3, height, width}));
}

// The published network of this design for CIFAR-10 has 35.7 million parameters (Ho et al. 2020); theirs has attention at 16x16
// alike.
TEST(Unet, HasTheSizeOfThePaper) {
  Unet unet{UnetConfig()};
  int64_t count = 0;
  for (const auto& parameter : unet->parameters()) count += parameter.numel();
  EXPECT_NEAR(static_cast<double>(count), 35.7e6, 0.05e6);
}

TEST(Unet, NoClassIsARowOfItsOwn) {
  auto config = small();
  config.classes = 3;
  at::manual_seed(0);
  Unet unet(config);
  for (auto& parameter : unet->parameters()) parameter.data().normal_(0, 0.1);
  const auto x = at::randn({1, 3, 8, 8}).expand({4, 3, 8, 8}), t = at::full({4}, 5.0F);
  const auto y = unet(x, t, at::tensor({-1, 0, 1, 2}, at::kLong));
  for (int64_t label = 1; label < 4; ++label) EXPECT_GT((y[label] - y[0]).abs().max().item<double>(), 1e-3);
  EXPECT_TRUE(at::allclose(unet(x, t)[0], y[0], 1e-4, 1e-5));
}

TEST(Unet, ImpossibleConfigsAreRefused) {
  const auto refused = [](const std::function<void(UnetConfig&)>& change) {
    auto config = small();
    change(config);
    EXPECT_THROW(check_unet_config(config), Error);
  };
  refused([](auto& c) { c.width = 10; });
  refused([](auto& c) { c.multipliers = {}; });
  refused([](auto& c) { c.multipliers = {1, 0}; });
  refused([](auto& c) { c.blocks = 0; });
  refused([](auto& c) { c.heads = 3; });
  refused([](auto& c) { c.attention_levels = {2}; });
  refused([](auto& c) { c.dropout = 1; });
}

}  // namespace
}  // namespace inkstone
