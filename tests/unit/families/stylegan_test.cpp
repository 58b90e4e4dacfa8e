// The family `stylegan`: it learns, its state is in the networks, and its augmentation can be differentiated twice and steers
// itself.
#include "families/stylegan/stylegan.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "families/stylegan/augmentation.hpp"
#include "families/stylegan/controller.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

StyleganOptions small_stylegan() {
  StyleganOptions options;
  options.latent = options.style = 16;
  options.channel_base = 128, options.channel_max = 16;
  options.r1 = 0.1, options.r1_every = 8;
  options.path_every = 4;
  options.augment_images = 400;
  return options;
}

at::Tensor tensor_of(Family& family, const std::string& network, const std::string& name) {
  for (auto& one : family.networks())
    if (one.name == network)
      for (const auto& buffer : one.module->named_buffers())
        if (buffer.key() == name) return buffer.value();
  return {};
}

TEST(StyleganFamily, LearnsOneBatch) {
  at::manual_seed(3);
  auto options = small_stylegan();
  options.augment = "none";
  const auto family = make_stylegan(options, {1, 16, 16, {}});
  const auto batch = blobs(2, 1, 16, 16);
  const Batch repeated{batch.pictures.repeat({4, 1, 1, 1}), batch.labels.repeat({4}), {}, 0};
  PlainTrainer trainer(*family, 4e-3, 0);
  const auto distance = [&] {
    trainer.evaluate();
    Observer silent;
    const auto painted = family->paint(paint_spec(*family, 8), silent);
    for (auto& network : family->networks()) network.module->train();
    return (painted.unsqueeze(1) - batch.pictures.unsqueeze(0)).square().mean({2, 3, 4}).amin(1).mean().item<double>();
  };
  trainer.run(repeated, 2);
  const double before = distance();
  trainer.run(repeated, 160);
  EXPECT_LT(distance(), 0.35 * before);
  for (const char* name : {"g_loss", "d_loss", "D(x)", "D(G(z))", "augment_p"}) EXPECT_TRUE(trainer.reported.count(name)) << name;
}

TEST(StyleganFamily, RegularisersComeNowAndThen) {
  at::manual_seed(3);
  const auto family = make_stylegan(small_stylegan(), {3, 16, 24, {"a", "b"}});
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 3, 16, 24, 2), 9);
  EXPECT_EQ(trainer.minimised.at("generator"), 9 + 3);
  EXPECT_EQ(trainer.minimised.at("discriminator"), 9 + 2);
  EXPECT_GT(tensor_of(*family, "discriminator", "path_mean").item<double>(), 0);
  EXPECT_GT(tensor_of(*family, "generator", "mapping.w_avg").abs().sum().item<double>(), 0);
}

TEST(StyleganFamily, PictureDependsOnLatentClassAndTruncationAlone) {
  at::manual_seed(3);
  auto options = small_stylegan();
  options.conditional = true;
  const auto family = make_stylegan(options, {3, 16, 24, {"a", "b", "c"}});
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 3, 16, 24, 3), 2);
  trainer.evaluate();
  Observer silent;
  const auto all = family->paint(paint_spec(*family, 40), silent), few = family->paint(paint_spec(*family, 3, 35), silent);
  EXPECT_GT(psnr(all.narrow(0, 35, 3), few), 60);
  auto spec = paint_spec(*family, 4);
  spec.labels.fill_(1);
  spec.truncation = 0;
  const auto average = family->paint(spec, silent);
  EXPECT_GT(psnr(average[0], average[3]), 80);
  spec.truncation = 1;
  EXPECT_LT(psnr(family->paint(spec, silent)[0], average[0]), 60);
}

TEST(StyleganFamily, RefusesWhatItCannotPaint) {
  EXPECT_THROW(make_stylegan(small_stylegan(), {3, 30, 31, {}}), Error);
  EXPECT_THROW(make_stylegan(small_stylegan(), {2, 16, 16, {}}), Error);
  auto options = small_stylegan();
  options.augment = "bgcf";
  EXPECT_THROW(make_stylegan(options, {3, 16, 16, {}}), Error);
  options.augment = "bcg";
  EXPECT_THROW(make_stylegan(options, {3, 32, 32, {}}), Error);
}

TEST(StyleganAugmentation, CanBeDifferentiatedTwice) {
  for (const char* name : {"blit", "bg", "bgc", "bgcfnc"}) {
    StepNoise first(5, 1, {0, 3, 3}, at::kCPU), second(5, 1, {0, 3, 3}, at::kCPU);
    const auto changes = changes_called(name);
    StepDice dice(first), same(second);
    const auto x = torch::randn({3, 3, 24, 24}, torch::requires_grad()), toward = torch::randn({3, 3, 24, 24});
    const auto y = augmented(x, changes, 0.9, dice);
    ASSERT_EQ(y.sizes(), x.sizes());
    // a map that is affine in the pictures: its derivative along any direction is the difference
    const auto dx = torch::autograd::grad({(y.square() * toward).sum()}, {x}, {}, true, true)[0];
    const auto direction = torch::randn_like(x);
    const double curvature = (torch::autograd::grad({(dx * direction).sum()}, {x})[0] * direction).sum().item<double>();
    const auto moved_on = augmented(x.detach() + direction, changes, 0.9, same) - y.detach();
    EXPECT_NEAR(curvature, (2 * moved_on.square() * toward).sum().item<double>(), 2e-3 * moved_on.square().sum().item<double>())
        << name;
  }
}

// The filters are orthogonal, so a motion that is none leaves every pixel; they are not quite symmetric, so flips and turns are
// those of a smooth picture.
TEST(StyleganAugmentation, NothingLeaks) {
  const auto x = torch::randn({2, 3, 16, 20});
  EXPECT_LT((moved(x, at::eye(3).repeat({2, 1, 1})) - x).abs().max().item<double>(), 1e-4);
  StepNoise noise(5, 1, {0, 16, 16}, at::kCPU);
  StepDice dice(noise);
  const auto smooth = blobs(1, 3, 16, 16).pictures[0];
  Changes changes;
  changes.flip = changes.quarter_turn = 1;
  const auto y = augmented(smooth.unsqueeze(0).repeat({16, 1, 1, 1}), changes, 1, dice);
  for (int64_t k = 0; k < 16; ++k) {
    double best = 0;
    for (int64_t turn = 0; turn < 4; ++turn)
      for (const bool flip : {false, true})
        best = std::max(best, psnr(at::rot90(flip ? smooth.flip(2) : smooth, turn, {1, 2}), y[k]));
    EXPECT_GT(best, 30) << k;
  }
}

TEST(StyleganController, SteersTowardsItsTarget) {
  torch::nn::Module owner;
  Controller controller(owner, {0.6, 0.5, 160});
  const auto turn = [&](double logit) {
    for (int64_t step = 0; step < 4; ++step) {
      controller.see(at::full({10}, logit));
      controller.after_step(step, 10);
    }
  };
  turn(2);
  EXPECT_NEAR(controller.probability(), 0.75, 1e-6);
  turn(2);
  turn(2);
  EXPECT_NEAR(controller.probability(), 1, 1e-6);
  for (int k = 0; k < 9; ++k) turn(-1);
  EXPECT_EQ(controller.probability(), 0);
  EXPECT_EQ(owner.named_buffers().size(), 3u);
}

}  // namespace
}  // namespace inkstone
