#include "families/ddpm/ddpm.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/options.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

DdpmOptions small_ddpm() {
  DdpmOptions options;
  options.base_width = 8;
  options.multipliers = {1, 2};
  options.blocks = 1;
  options.attention_resolutions = {4};
  options.dropout = 0;
  options.sampling_steps = 10;
  return options;
}

PictureShape shape_of(int64_t channels, int64_t height, int64_t width, std::vector<std::string> classes = {}) {
  return {channels, height, width, std::move(classes)};
}

double validated(Family& family, const Batch& batch) {
  const at::NoGradGuard frozen;
  StepNoise noise(3, 0, {0, batch.size(), batch.size()}, at::kCPU);
  return family.validate(batch, noise).at("loss");
}

TEST(Ddpm, EveryVariantLearnsOneBatch) {
  struct Variant {
    const char *prediction, *schedule, *variance, *weight;
  };
  for (const auto& v : {Variant{"eps", "linear", "beta", "uniform"},
                        {"v", "cosine", "posterior", "min-snr"},
                        {"x0", "cosine", "beta", "uniform"},
                        {"edm", "linear", "posterior", "uniform"},
                        {"eps", "cosine", "learned", "uniform"}}) {
    auto options = small_ddpm();
    options.prediction = v.prediction;
    options.noise_schedule = v.schedule;
    options.variance = v.variance;
    options.loss_weight = v.weight;
    at::manual_seed(0);
    const auto family = make_ddpm(options, shape_of(1, 8, 8));
    const auto batch = blobs(16, 1, 8, 8);
    const double before = validated(*family, batch);
    PlainTrainer trainer(*family, 5e-3, 0.9);
    trainer.run(batch, 40);
    trainer.evaluate();
    EXPECT_LT(validated(*family, batch), 0.55 * before) << v.prediction << " " << v.variance;
    EXPECT_EQ(trainer.reported.size(), 5U);  // the loss and its four quarters
    EXPECT_EQ(trainer.reported.count("loss/q4"), 1U);
  }
}

TEST(Ddpm, LearnsInBfloat16AsInFloat32) {
  const auto trained = [](bool bf16) {
    at::manual_seed(0);
    const auto family = make_ddpm(small_ddpm(), shape_of(1, 8, 8));
    const auto batch = blobs(16, 1, 8, 8);
    PlainTrainer trainer(*family, 5e-3, 0.9);
    for (int64_t step = 0; step < 40; ++step) {
      const Autocast autocast(bf16, at::kCPU);  // it keeps the weights that it has cast, so one for each step
      trainer.run(batch, 1);
    }
    trainer.evaluate();
    return validated(*family, batch);
  };
  EXPECT_NEAR(trained(true) / trained(false), 1, 0.15);
}

// Trained on one picture for each of two classes, it paints the one that is asked for.
TEST(Ddpm, PaintsTheClassAskedFor) {
  auto options = small_ddpm();
  options.base_width = 16;
  options.conditional = true;
  options.prediction = "v";
  options.noise_schedule = "cosine";
  at::manual_seed(0);
  const auto family = make_ddpm(options, shape_of(1, 8, 8, {"left", "right"}));
  auto batch = blobs(16, 1, 8, 8, 2);
  for (int64_t k = 0; k < 16; ++k) batch.pictures[k] = batch.pictures[k % 2].clone();
  PlainTrainer trainer(*family, 6e-3, 0.9);
  trainer.run(batch, 120);
  trainer.evaluate();
  auto spec = paint_spec(*family, 4);
  spec.labels = at::tensor({0, 1, 0, 1}, at::kLong);
  Observer silent;
  for (const auto* sampler : {"ddim", "ddpm"}) {
    spec.sampler = sampler;
    spec.steps = 25;
    const auto painted = family->paint(spec, silent);
    for (int64_t k = 0; k < 4; ++k)
      EXPECT_GT(psnr(painted[k], batch.pictures[k]), psnr(painted[k], batch.pictures[1 - k % 2]) + 3) << sampler << k;
  }
}

TEST(Ddpm, PicturesDependOnTheirSeedsAlone) {
  at::manual_seed(0);
  const auto family = make_ddpm(small_ddpm(), shape_of(3, 8, 8));
  for (auto& parameter : family->networks()[0].module->parameters()) parameter.data().normal_(0, 0.1);
  family->networks()[0].module->eval();
  Observer silent;
  for (const auto* sampler : {"ddim", "ddpm"}) {
    auto spec = paint_spec(*family, 3, 40), one = paint_spec(*family, 1, 42);
    spec.sampler = one.sampler = sampler;
    const auto all = family->paint(spec, silent), single = family->paint(one, silent);
    EXPECT_EQ(all.sizes(), at::IntArrayRef({3, 3, 8, 8}));
    EXPECT_LE(all.abs().max().item<double>(), 1);
    EXPECT_GT(psnr(all[2], single[0]), 60) << sampler;
    EXPECT_LT(psnr(all[1], single[0]), 40) << sampler;
  }
}

TEST(Ddpm, AnySizeTrainsAndPaints) {
  for (const auto& shape : {shape_of(3, 5, 9), shape_of(1, 16, 4), shape_of(1, 1, 7)}) {
    auto options = small_ddpm();
    options.attention_resolutions = {};
    options.multipliers = {1, 2, 3};
    const auto family = make_ddpm(options, shape);
    PlainTrainer trainer(*family);
    trainer.run(blobs(4, shape.channels, shape.height, shape.width), 1);
    trainer.evaluate();
    Observer silent;
    EXPECT_EQ(family->paint(paint_spec(*family, 2), silent).sizes(),
              at::IntArrayRef({2, shape.channels, shape.height, shape.width}));
  }
}

// Gradients of a batch in parts are those of the whole, because the noise is.
TEST(Ddpm, PartsOfABatchTrainAsTheWhole) {
  const auto trained = [](int64_t parts) {
    at::manual_seed(0);
    const auto family = make_ddpm(small_ddpm(), shape_of(1, 8, 8));
    PlainTrainer trainer(*family, 1e-3, 0.9, parts);
    trainer.run(blobs(8, 1, 8, 8), 2);
    std::vector<at::Tensor> flat;
    for (const auto& parameter : family->networks()[0].module->parameters()) flat.push_back(parameter.detach().flatten());
    return at::cat(flat);
  };
  EXPECT_LT((trained(1) - trained(4)).abs().mean().item<double>(), 1e-4);
}

std::string refusal(const std::function<void()>& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "";
}

TEST(Ddpm, WhatCannotBeIsSaidInOneLine) {
  const auto made = [](const std::function<void(DdpmOptions&)>& change) {
    return refusal([&] {
      auto options = small_ddpm();
      change(options);
      make_ddpm(options, shape_of(1, 8, 8));
    });
  };
  EXPECT_EQ(made([](auto& o) { o.attention_resolutions = {7}; }),
            "--attention-resolutions 7: the levels of this network are 8, 4 pixels on the shorter side; choose from them");
  EXPECT_NE(made([](auto& o) { o.base_width = 18; }).find("multiple of 4"), std::string::npos);
  EXPECT_NE(made([](auto& o) { o.heads = 5; }).find("5 attention heads"), std::string::npos);
  EXPECT_NE(made([](auto& o) { o.multipliers = {}; }).find("--multipliers"), std::string::npos);
  EXPECT_NE(made([](auto& o) { o.conditional = true; }).find("--conditional"), std::string::npos);
  EXPECT_NE(made([](auto& o) { o.prediction = "edm", o.variance = "learned"; }).find("--variance learned"), std::string::npos);
  EXPECT_NE(made([](auto& o) { o.diffusion_steps = 10; }).find("more than 20 steps"), std::string::npos);
  EXPECT_NE(refusal([] { from_json<DdpmOptions>({{"prediction", "epsilon"}}); }).find("prediction"), std::string::npos);
}

TEST(Ddpm, PaintingRefusesWhatTheModelCannot) {
  const auto family = make_ddpm(small_ddpm(), shape_of(1, 8, 8));
  Observer silent;
  const auto painted = [&](const std::function<void(PaintSpec&)>& change) {
    return refusal([&] {
      auto spec = paint_spec(*family, 1);
      change(spec);
      family->paint(spec, silent);
    });
  };
  EXPECT_NE(painted([](auto& s) { s.sampler = "heun"; }).find("--sampler heun"), std::string::npos);
  EXPECT_NE(painted([](auto& s) { s.guidance = 2; }).find("--guidance"), std::string::npos);
  EXPECT_NE(painted([](auto& s) { s.steps = 1001; }).find("1001 sampling steps"), std::string::npos);
}

}  // namespace
}  // namespace inkstone
