#include "kernels/eight_bit.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone::kernels {
namespace {

TEST(EightBits, AreWithinHalfAStepOfEachBlock) {
  at::manual_seed(3);
  for (const auto& shape : {std::vector<int64_t>{64, 96}, {5, 7, 3, 3}, {1}, {33}}) {
    const auto weight = at::randn(shape) * at::randn(shape).exp();
    const auto packed = to_eight_bits(weight);
    EXPECT_EQ(packed.values.scalar_type(), at::kChar);
    const auto error = (from_eight_bits(packed, at::kFloat) - weight).abs().flatten();
    const auto steps = packed.scales.repeat_interleave(kEightBitBlock).narrow(0, 0, weight.numel());
    EXPECT_TRUE((error <= steps * 0.5001).all().item<bool>()) << weight.sizes();
    EXPECT_LE(packed.values.abs().max().item<int>(), 127);
  }
}

TEST(EightBits, RoundToBfloat16AsAtenDoes) {
  at::manual_seed(4);
  const auto packed = to_eight_bits(at::randn({77, 65}).to(at::kHalf));
  EXPECT_TRUE(from_eight_bits(packed, at::kBFloat16).equal(from_eight_bits(packed, at::kFloat).to(at::kBFloat16)));
}

TEST(EightBits, KeepZerosAndWhatQ8_0WouldKeep) {
  EXPECT_TRUE(from_eight_bits(to_eight_bits(at::zeros({40})), at::kFloat).equal(at::zeros({40})));
  const auto exact = at::arange(-127, 128, at::kFloat).narrow(0, 0, 32).flip({0}) * 0.25;  // whole multiples of max / 127
  EXPECT_TRUE(from_eight_bits(to_eight_bits(exact), at::kFloat).allclose(exact, 1e-6));
}

}  // namespace
}  // namespace inkstone::kernels
