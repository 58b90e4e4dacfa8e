#include "sample/guidance.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// Says the mean of what it is told, less one where it is perturbed, and counts the pictures and batches it was asked about.
struct Told : Denoiser {
  mutable int64_t batches = 0, pictures = 0;
  Denoised denoise(const at::Tensor& x, double, const Condition& c) const override {
    ++batches;
    pictures += x.size(0);
    auto value = at::zeros({x.size(0)});
    if (c.labels.defined()) value = value + c.labels.to(at::kFloat);
    if (c.context.defined()) value = value + c.context.mean({1, 2});
    if (c.concat.defined()) value = value + c.concat.mean({1, 2, 3});
    if (c.perturbation != Perturbation::none) value = value - 1;
    return {at::zeros_like(x) + value.view({-1, 1, 1, 1}), {}};
  }
};

const at::Tensor kBlank = at::zeros({2, 1, 2, 2});

at::Tensor means(const at::Tensor& pictures) {
  return pictures.flatten(1).mean(1);
}

Condition of_context(double value, int64_t rows = 1, int64_t length = 3) {
  return {.context = at::full({rows, length, 4}, value)};
}

TEST(Guidance, GoesFromNothingThroughTheClass) {
  const Told inner;
  const Condition condition{.labels = at::tensor({3, 5}, at::kLong)};
  const auto guided_by = [&](double scale) {
    return means((*guided(inner, condition, without_class(condition), {.scale = scale}))(kBlank, 1, {}));
  };
  EXPECT_TRUE(guided_by(1).equal(at::tensor({3.0F, 5.0F})));
  EXPECT_TRUE(guided_by(0).equal(at::tensor({-1.0F, -1.0F})));
  EXPECT_TRUE(guided_by(2).equal(at::tensor({7.0F, 11.0F})));  // -1 + 2 (label + 1)
}

TEST(Guidance, AsksOnceForBothAndOnlyForWhatItNeeds) {
  const Told inner;
  (*guided(inner, of_context(1), of_context(0), {.scale = 7}))(kBlank, 1, {});
  EXPECT_EQ(inner.batches, 1);
  EXPECT_EQ(inner.pictures, 4);
  (*guided(inner, of_context(1), of_context(0), {.scale = 1}))(kBlank, 1, {});
  EXPECT_EQ(inner.pictures, 6);
  (*guided(inner, of_context(1, 1, 5), of_context(0), {.scale = 7}))(kBlank, 1, {});  // prompts of two lengths
  EXPECT_EQ(inner.batches, 4);
}

TEST(Guidance, HoldsInItsIntervalOfNoise) {
  const Told inner;
  const auto d = guided(inner, of_context(1), of_context(0), {.scale = 3, .least_sigma = 0.5, .most_sigma = 5});
  for (const double inside : {0.51, 2.0, 5.0}) EXPECT_EQ(means((*d)(kBlank, inside, {}))[0].item<float>(), 3) << inside;
  for (const double outside : {0.5, 5.1}) EXPECT_EQ(means((*d)(kBlank, outside, {}))[0].item<float>(), 1) << outside;
}

TEST(Guidance, PerturbedAddsWhatThePerturbationTookAway) {
  const Told inner;
  const auto d = guided(inner, of_context(2), of_context(0), {.scale = 3, .perturbed_scale = 0.5});
  EXPECT_FLOAT_EQ(means((*d)(kBlank, 1, {}))[0].item<float>(), 6 + 0.5F * (2 - 1));
}

// Equation 3 of Brooks et al.: nothing + s_I (picture - nothing) + s_T (both - picture).
TEST(Guidance, EditingHasTwoScales) {
  const Told inner;
  auto both = of_context(2), picture = of_context(0);
  both.concat = picture.concat = at::full({1, 4, 2, 2}, 10.0);
  const auto d = guided(inner, both, picture, {.scale = 7, .image_scale = 1.5});
  EXPECT_FLOAT_EQ(means((*d)(kBlank, 1, {}))[0].item<float>(), 1.5F * 10 + 7 * 2);
  EXPECT_EQ(inner.batches, 1);
}

// Lin et al. 2023: with rescale 1 what the network says has the deviation of the positive answer; between, a mixture.
TEST(Guidance, RescaleRestoresTheDeviation) {
  struct Spread : Denoiser {
    at::Tensor pattern = at::randn({2, 3, 8, 8});
    Denoised denoise(const at::Tensor& x, double, const Condition& c) const override {
      return {at::cat({pattern, pattern}).narrow(0, 0, x.size(0)) * c.context.mean({1, 2}).view({-1, 1, 1, 1}), {}};
    }
  };
  const Spread inner;
  const auto x = at::randn({2, 3, 8, 8}) * 2;
  const double sigma = 1.7;
  for (const auto prediction : {Prediction::epsilon, Prediction::velocity, Prediction::clean}) {
    const auto said = [&](const at::Tensor& x0) {
      const double bar = 1 / (1 + sigma * sigma), signal = std::sqrt(bar), noise = std::sqrt(1 - bar);
      const auto epsilon = (x - x0) / sigma;
      if (prediction == Prediction::epsilon) return epsilon;
      return prediction == Prediction::clean ? x0 : signal * epsilon - noise * x0;
    };
    const auto by = [&](double rescale) {
      return said((*guided(inner, of_context(1), of_context(0.2), {.scale = 8, .rescale = rescale, .prediction = prediction}))(
          x, sigma, {}));
    };
    const auto plain = said(inner(x, sigma, of_context(1, 2)));
    const auto full = by(1);
    EXPECT_TRUE(at::allclose(full.flatten(1).std(1), plain.flatten(1).std(1), 1e-3)) << static_cast<int>(prediction);
    EXPECT_TRUE(at::allclose(by(0.7), 0.7 * full + 0.3 * by(0), 1e-3, 1e-4)) << static_cast<int>(prediction);
  }
}

TEST(Guidance, DynamicThresholdBringsPicturesBack) {
  struct Ramp : Denoiser {
    Denoised denoise(const at::Tensor& x, double, const Condition&) const override {
      return {at::stack({at::linspace(-4, 4, 101), at::linspace(-0.5, 0.5, 101)}).view({2, 1, 1, 101}), {}};
    }
  };
  const Ramp inner;
  const auto x0 = (*guided(inner, {}, {}, {.threshold = 0.5}))(at::zeros({2, 1, 1, 101}), 1, {});
  EXPECT_NEAR(x0[0].abs().max().item<double>(), 1, 1e-6);
  EXPECT_NEAR(x0[0][0][0][62].item<double>(), 0.96 / 2, 1e-5);  // half of |values| are below 2
  EXPECT_NEAR(x0[1].abs().max().item<double>(), 0.5, 1e-6);     // a picture within range is left alone
}

TEST(Guidance, OptionsThatCannotBeAreRefused) {
  const Told inner;
  EXPECT_THROW(guided(inner, {}, {}, {.rescale = 1.5}), Error);
  EXPECT_THROW(guided(inner, {}, {}, {.threshold = -1}), Error);
  EXPECT_THROW(guided(inner, {}, {}, {.least_sigma = 3, .most_sigma = 1}), Error);
  const auto d = guided(inner, of_context(1, 3), of_context(0), {.scale = 2});
  EXPECT_THROW((*d)(kBlank, 1, {}), Error);  // three conditions, two pictures
}

}  // namespace
}  // namespace inkstone
