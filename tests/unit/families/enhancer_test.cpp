#include "families/enhancer/enhancer.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "families/enhancer/blur_kernel.hpp"
#include "families/enhancer/degradation.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

const PictureShape kColourShape{3, 32, 32, {}};

at::Tensor good_pictures(int64_t count, int64_t side) {
  return (blobs(count, 3, side, side).pictures + 1) / 2;
}

StepNoise noise_for(int64_t count, uint64_t seed = 1) {
  return StepNoise(seed, 0, {0, count, count}, at::kCPU);
}

EnhancerOptions small_enhancer(int scale) {
  EnhancerOptions options;
  options.scale = scale;
  options.features = 12;
  options.convolutions = 2;
  return options;
}

TEST(Enhancer, LearnsOneBatchBeyondBicubic) {
  torch::manual_seed(1);
  const auto family = make_enhancer(small_enhancer(2), kColourShape);
  Batch batch = blobs(4, 3, 32, 32);
  at::manual_seed(2);
  batch.pictures =
      (batch.pictures + 0.6 * at::rand({4, 3, 8, 8}).repeat_interleave(4, 2).repeat_interleave(4, 3)).clamp(-1, 1);  // with edges
  PlainTrainer trainer(*family, 3e-3, 0.9);
  trainer.run(batch, 300);
  trainer.evaluate();
  auto noise = noise_for(4);
  const auto values = family->validate(batch, noise);
  EXPECT_GT(values.at("psnr"), values.at("psnr-input") + 2);
  EXPECT_EQ(family->preview(batch, 3, 5).sizes().vec(), (std::vector<int64_t>{15, 3, 32, 32}));
  family->probe();
}

TEST(Enhancer, GreyLeavesTheLightAlone) {
  const auto good = good_pictures(3, 24);
  auto noise = noise_for(3);
  const auto grey = degraded(good, {"grey", 1, 0, 1}, noise);
  EXPECT_EQ(grey.sizes(), good.sizes());
  EXPECT_TRUE(at::equal(grey.select(1, 0), grey.select(1, 2)));
  const auto light = 0.299 * good.select(1, 0) + 0.587 * good.select(1, 1) + 0.114 * good.select(1, 2);
  EXPECT_LT((grey.select(1, 1) - light).abs().max().item<double>(), 0.6 / 255);
  auto options = small_enhancer(2);
  options.degradation = "grey";
  EXPECT_THROW(make_enhancer(options, kColourShape), Error);
}

// A colouriser by config: it learns which colour goes with which light.
TEST(Enhancer, LearnsColoursOfOneBatch) {
  torch::manual_seed(3);
  auto options = small_enhancer(1);
  options.degradation = "grey";
  const auto family = make_enhancer(options, kColourShape);
  const auto light = (blobs(4, 3, 32, 32).pictures.mean(1, true) + 1) / 2;
  Batch batch = blobs(4, 3, 32, 32);
  batch.pictures = at::cat({light, light * 0.5, 1 - light}, 1) * 2 - 1;  // dark is blue, light is orange
  PlainTrainer trainer(*family, 3e-3, 0.9);
  trainer.run(batch, 200);
  trainer.evaluate();
  auto noise = noise_for(4);
  const auto values = family->validate(batch, noise);
  EXPECT_GT(values.at("psnr"), values.at("psnr-input") + 6);
}

TEST(Enhancer, RealDegradationIsAPureFunctionAndKeepsTheSize) {
  const auto good = good_pictures(6, 48);
  for (const int64_t scale : {1, 2, 4}) {
    const Degradation wanted{"real", scale, 0, 1};
    auto first = noise_for(6), again = noise_for(6), other = noise_for(6, 2);
    const auto bad = degraded(good, wanted, first);
    EXPECT_EQ(bad.sizes().vec(), (std::vector<int64_t>{6, 3, 48 / scale, 48 / scale}));
    EXPECT_TRUE(at::equal(bad, degraded(good, wanted, again)));
    EXPECT_FALSE(at::equal(bad, degraded(good, wanted, other)));
    EXPECT_GE(bad.min().item<double>(), 0);
    EXPECT_LE(bad.max().item<double>(), 1);
    EXPECT_TRUE(at::allclose(bad * 255, (bad * 255).round()));  // the values of a file
    EXPECT_GT((bad - resize(good, 48 / scale, 48 / scale)).abs().mean().item<double>(), 0.005);
  }
}

TEST(Enhancer, WeakDegradationDoesLittle) {
  const auto good = good_pictures(6, 48);
  auto noise = noise_for(6), strong = noise_for(6);
  const double least = (degraded(good, {"real", 1, 0, 0}, noise) - good).abs().mean().item<double>();
  EXPECT_LT(least, 0.01);
  EXPECT_GT((degraded(good, {"real", 1, 1, 1}, strong) - good).abs().mean().item<double>(), 2 * least);
}

// Behind gates that never open nothing happens; behind half-open ones less than behind open ones; of blurs and of noise alike.
TEST(Enhancer, GatesLeaveStepsOut) {
  const auto good = good_pictures(16, 48);
  const auto change = [&](double blur_chance, double noise_chance) {
    auto noise = noise_for(16);
    return (degraded(good, {"real", 1, 1, 1, blur_chance, noise_chance}, noise) - good).abs().mean().item<double>();
  };
  EXPECT_LE(change(0, 0), 0.5 / 255);  // but for the values of a file
  EXPECT_GT(change(0, 0.5), 2.0 / 255);
  EXPECT_LT(change(0, 0.5), change(0, 1));
  EXPECT_GT(change(0.5, 0), 0.5 / 255);
  EXPECT_LT(change(0.5, 0), change(1, 0));
}

TEST(Enhancer, JpegLosesMoreAtLowerQuality) {
  at::manual_seed(1);
  const auto picture = (good_pictures(1, 40) + 0.1 * at::rand({1, 3, 40, 40})).clamp(0, 1).narrow(3, 0, 37).contiguous();
  double last = 0;
  for (const double quality : {95.0, 75.0, 30.0, 10.0}) {
    const auto kept = jpeg_compressed(picture, quality);
    EXPECT_EQ(kept.sizes(), picture.sizes());
    const double loss = (kept - picture).abs().mean().item<double>();
    EXPECT_GT(loss, last);
    last = loss;
  }
  const auto flat = at::full({1, 3, 16, 16}, 128.0 / 255);
  EXPECT_LT((jpeg_compressed(flat, 90) - flat).abs().max().item<double>(), 2.0 / 255);
}

TEST(Enhancer, BlurKernelsSumToOneAndKeepTheMean) {
  for (const auto& kernel : {blur_kernel({2, 0.7, 0.5, 1, false}), blur_kernel({1.5, 1.5, 0, 2, true}), sinc_kernel(1.2, 15)}) {
    EXPECT_NEAR(kernel.sum().item<double>(), 1, 1e-5);
    const auto flat = at::full({1, 3, 30, 9}, 0.25);
    EXPECT_TRUE(at::allclose(blurred(flat, kernel), flat, 1e-5, 1e-5));
  }
  // a Gaussian of these deviations: its second moment along the axis
  const auto offsets = at::arange(-kBlurSide / 2, kBlurSide / 2 + 1, at::kFloat);
  EXPECT_NEAR((blur_kernel({2, 2, 0, 1, false}).sum(0) * offsets.square()).sum().item<double>(), 4, 0.05);
}

TEST(Enhancer, SaysWhatDoesNotFit) {
  EXPECT_THROW(make_enhancer(small_enhancer(2), {1, 32, 32, {}}), Error);
  EXPECT_THROW(make_enhancer(small_enhancer(3), kColourShape), Error);
  EXPECT_THROW(make_enhancer(small_enhancer(2), {3, 4, 4, {}}), Error);
  auto crossed = small_enhancer(1);
  crossed.least_strength = 0.9;
  crossed.strength = 0.5;
  EXPECT_THROW(make_enhancer(crossed, kColourShape), Error);
  const auto family = make_enhancer(small_enhancer(2), kColourShape);
  Observer silent;
  EXPECT_THROW(family->paint(PaintSpec{}, silent), Error);
}

}  // namespace
}  // namespace inkstone
