#include "sample/denoiser.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "sample/picture_noise.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr double kSigma = 0.8;

struct Noised {
  at::Tensor x0 = at::randn({2, 3, 5, 4}), epsilon = at::randn({2, 3, 5, 4});
  at::Tensor x = x0 + kSigma * epsilon;
};

// A network that knows the answer gives x0, whichever way it says it.
TEST(Denoiser, EveryParameterisationGivesTheCleanPicture) {
  const Noised n;
  const double bar = 1 / (1 + kSigma * kSigma), signal = std::sqrt(bar), noise = std::sqrt(1 - bar);
  const auto check = [&](Prediction prediction, const at::Tensor& output) {
    const auto network = [&](const at::Tensor& x, const at::Tensor& time, const Condition&) {
      EXPECT_TRUE(at::allclose(x, signal * n.x0 + noise * n.epsilon, 1e-4, 1e-5));
      EXPECT_NEAR(time[1].item<double>(), linear_schedule().time_of(kSigma), 1e-3);
      return output;
    };
    const auto d = discrete_denoiser(network, linear_schedule(), prediction);
    EXPECT_TRUE(at::allclose((*d)(n.x, kSigma, {}), n.x0, 1e-4, 1e-5));
  };
  check(Prediction::epsilon, n.epsilon);
  check(Prediction::velocity, signal * n.epsilon - noise * n.x0);
  check(Prediction::clean, n.x0);
}

TEST(Denoiser, EdmScalingsAreThoseOfTableOne) {
  const Noised n;
  const double data = 0.5, total = kSigma * kSigma + data * data;
  const auto network = [&](const at::Tensor& x, const at::Tensor& time, const Condition&) {
    EXPECT_TRUE(at::allclose(x, n.x / std::sqrt(total), 1e-4, 1e-5));
    EXPECT_NEAR(time[0].item<double>(), 1000 * std::log(kSigma) / 4, 1e-3);
    return (n.x0 - data * data / total * n.x) / (kSigma * data / std::sqrt(total));  // what F has to say
  };
  EXPECT_TRUE(at::allclose((*edm_denoiser(network, data))(n.x, kSigma, {}), n.x0, 1e-4, 1e-5));
}

TEST(Denoiser, LearnedVarianceIsTheSecondHalf) {
  const Noised n;
  const auto network = [&](const at::Tensor&, const at::Tensor&, const Condition&) {
    return at::cat({n.epsilon, at::full_like(n.x0, -0.5)}, 1);
  };
  const auto seen = discrete_denoiser(network, linear_schedule(), Prediction::epsilon, true)->denoise(n.x, kSigma, {});
  EXPECT_TRUE(at::allclose(seen.x0, n.x0, 1e-4, 1e-5));
  EXPECT_TRUE(seen.variance.equal(at::full_like(n.x0, 0.25)));
}

TEST(Denoiser, ClippedStaysWithinPixels) {
  struct Three : Denoiser {
    Denoised denoise(const at::Tensor& x, double, const Condition&) const override { return {at::full_like(x, 3), {}}; }
  };
  const Three inner;
  EXPECT_TRUE((*clipped(inner))(at::zeros({2, 1, 2, 2}), 1, {}).equal(at::ones({2, 1, 2, 2})));
}

TEST(Denoiser, WatchedShowsEveryEstimate) {
  struct Three : Denoiser {
    Denoised denoise(const at::Tensor& x, double, const Condition&) const override { return {at::full_like(x, 3), {}}; }
  };
  const Three inner;
  double seen = 0, level = 0;
  const auto d = watched(inner, [&](const at::Tensor& x0, double sigma) { seen = x0.mean().item<double>(), level = sigma; });
  EXPECT_TRUE((*d)(at::zeros({1, 1, 2, 2}), 0.5, {}).equal(at::full({1, 1, 2, 2}, 3.0F)));
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(level, 0.5);
}

TEST(Denoiser, InTurnEachHasItsLevels) {
  struct Says : Denoiser {
    double value;
    explicit Says(double value) : value(value) {}
    Denoised denoise(const at::Tensor& x, double, const Condition&) const override { return {at::full_like(x, value), {}}; }
  };
  const Says one(1), two(2);
  const auto both = in_turn({{10, &one}, {3, &two}});
  const auto at_level = [&](double sigma) { return (*both)(at::zeros({1}), sigma, {}).item<double>(); };
  EXPECT_EQ(at_level(12), 1);
  EXPECT_EQ(at_level(3.1), 1);
  EXPECT_EQ(at_level(3), 2);
  EXPECT_EQ(at_level(0.1), 2);
  EXPECT_THROW(in_turn({}), Error);
  EXPECT_THROW(in_turn({{1, &one}, {3, &two}}), Error);
}

TEST(Denoiser, EdmIsNoDiscretePrediction) {
  const auto network = [](const at::Tensor& x, const at::Tensor&, const Condition&) { return x; };
  EXPECT_THROW(discrete_denoiser(network, linear_schedule(), Prediction::edm), Error);
  EXPECT_THROW(prediction_named("noise"), Error);
}

TEST(PictureNoise, GoesOnWhereTheLatentsEnded) {
  const std::vector<int64_t> shape = {1, 4, 6};
  auto generator = generator_of(9);
  const auto first = at::randn(shape, generator), second = at::randn(shape, generator);
  EXPECT_TRUE(latents_of({9}, shape)[0].equal(first));
  EXPECT_TRUE(PictureNoise({8, 9}, shape).next()[1].equal(second));
}

}  // namespace
}  // namespace inkstone
