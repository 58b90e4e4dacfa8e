// Metrics where the answer is known without computing it the same way; parity with published implementations is in tests/golden.
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "eval/bootstrap.hpp"
#include "eval/inception_score.hpp"
#include "eval/kernel_distance.hpp"
#include "eval/path_length.hpp"
#include "eval/perceptual_distance.hpp"
#include "eval/precision_recall.hpp"
#include "eval/psnr.hpp"
#include "eval/ssim.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

at::Tensor cloud(int64_t count, uint64_t seed, double offset = 0) {
  at::manual_seed(seed);
  return at::randn({count, 5}) + offset;
}

TEST(KernelDistance, IsZeroWithinItsIntervalForOneDistribution) {
  const auto same = kernel_distance(cloud(600, 1), cloud(600, 2), {.subsets = 50, .subset_size = 100});
  EXPECT_LT(same.interval.low, 0);
  EXPECT_GT(same.interval.high, 0);
  const auto moved = kernel_distance(cloud(600, 1), cloud(600, 2, 0.5), {.subsets = 50, .subset_size = 100});
  EXPECT_GT(moved.interval.low, 0);
  EXPECT_THROW(kernel_distance(cloud(1, 1), cloud(9, 1), {}), Error);
}

// Two pictures a side, by hand: k(a,b) = (a b + 1)^3 in one dimension.
TEST(KernelDistance, ByHand) {
  const auto x = at::tensor({0.0, 1.0}, at::kDouble).view({2, 1}), y = at::tensor({1.0, 2.0}, at::kDouble).view({2, 1});
  // within x: k(0,1) = 1; within y: k(1,2) = 27; across: 1, 1, 8, 27
  EXPECT_NEAR(polynomial_mmd(x, y), 1 + 27 - 2 * (1 + 1 + 8 + 27) / 4.0, 1e-12);
}

TEST(PrecisionRecall, TellsQualityFromVariety) {
  const auto real = cloud(400, 1), narrow = cloud(400, 2) * 0.05, far = cloud(400, 3, 20);
  const auto mean = [](const at::Tensor& t) { return t.mean().item<double>(); };
  const auto collapsed = neighbourhood_scores(real, narrow), alien = neighbourhood_scores(real, far),
             alike = neighbourhood_scores(real, cloud(400, 4));
  EXPECT_GT(mean(collapsed.precision), 0.95);
  EXPECT_LT(mean(collapsed.recall), 0.05);
  EXPECT_LT(mean(collapsed.coverage), 0.2);
  EXPECT_EQ(mean(alien.precision), 0);
  EXPECT_EQ(mean(alien.coverage), 0);
  EXPECT_NEAR(mean(alike.density), 1, 0.1);
  EXPECT_GT(mean(alike.coverage), 0.9);
  EXPECT_THROW(neighbourhood_scores(real, cloud(5, 1), 5), Error);
}

TEST(PrecisionRecall, RadiusIsTheDistanceToTheKthOther) {
  const auto line = at::tensor({0.0, 1.0, 3.0, 10.0}, at::kDouble).view({4, 1});
  EXPECT_TRUE(at::allclose(neighbour_radii(line, 1), at::tensor({1.0, 1.0, 2.0, 7.0}, at::kDouble)));
  EXPECT_TRUE(at::allclose(neighbour_radii(line, 2), at::tensor({3.0, 2.0, 3.0, 9.0}, at::kDouble)));
}

TEST(InceptionScore, IsTheNumberOfClassesAtBestAndOneAtWorst) {
  const auto sure = at::eye(10).repeat({20, 1}), unsure = at::full({200, 10}, 0.1),
             single = at::eye(10).narrow(0, 3, 1).repeat({200, 1});
  EXPECT_NEAR(inception_score(sure, 10).mean, 10, 1e-9);
  EXPECT_NEAR(inception_score(unsure, 10).mean, 1, 1e-6);
  EXPECT_NEAR(inception_score(single, 10).mean, 1, 1e-9);
  EXPECT_NEAR(class_balance(sure), 1, 1e-6);
  EXPECT_NEAR(class_balance(single), 0, 1e-9);
  EXPECT_THROW(inception_score(sure.narrow(0, 0, 5), 10), Error);
}

TEST(Bootstrap, OfAMeanComesToTheStandardError) {
  const auto values = cloud(2000, 1).select(1, 0);
  const auto interval = bootstrap_mean(values, {.resamples = 500});
  const double mean = values.mean().item<double>(), error = values.std().item<double>() / std::sqrt(2000.0);
  EXPECT_NEAR(interval.low, mean - 1.96 * error, 0.4 * error);
  EXPECT_NEAR(interval.high, mean + 1.96 * error, 0.4 * error);
  const auto none = bootstrap_mean(values, {.resamples = 0});
  EXPECT_EQ(none.low, none.high);
}

TEST(Bootstrap, FollowsItsSeed) {
  const auto values = cloud(50, 1).select(1, 0);
  EXPECT_EQ(bootstrap_mean(values, {.seed = 4}).low, bootstrap_mean(values, {.seed = 4}).low);
  EXPECT_NE(bootstrap_mean(values, {.seed = 4}).low, bootstrap_mean(values, {.seed = 5}).low);
}

TEST(Pairs, EqualPicturesAndKnownNoise) {
  at::manual_seed(5);
  const auto a = at::randint(0, 200, {2, 3, 16, 20}).to(at::kByte), b = a + 10;
  EXPECT_NEAR(psnr(a, b)[0].item<double>(), 10 * std::log10(255.0 * 255 / 100), 1e-9);
  EXPECT_EQ(psnr(a, a)[1].item<double>(), kPsnrOfEqual);
  EXPECT_NEAR(ssim(a, a)[0].item<double>(), 1, 1e-12);
  EXPECT_LT(ssim(a, 255 - a)[0].item<double>(), 0);
  EXPECT_THROW(ssim(a.narrow(2, 0, 10), b.narrow(2, 0, 10)), Error);
  EXPECT_THROW(psnr(a, b.narrow(2, 0, 10)), Error);
}

TEST(PerceptualDistance, GrowsWithDifference) {
  at::manual_seed(6);
  const auto distance = make_perceptual_distance();
  const auto a = at::rand({2, 3, 32, 32}), noise = at::randn({2, 3, 32, 32});
  const auto none = distance(a, a), little = distance(a, (a + 0.02 * noise).clamp(0, 1)),
             much = distance(a, (a + 0.3 * noise).clamp(0, 1));
  EXPECT_EQ(none.max().item<float>(), 0);
  EXPECT_TRUE((little > 0).all().item<bool>());
  EXPECT_TRUE((much > 2 * little).all().item<bool>());
  EXPECT_LE(much.max().item<float>(), 1);
  EXPECT_EQ(distance(a.narrow(1, 0, 1), a.narrow(1, 0, 1)).size(0), 2);  // grey
}

TEST(Lpips, RefusesForeignWeights) {
  StateDict network, linear;
  EXPECT_THROW(make_lpips(network, linear), Error);
  for (int i = 0; i < 5; ++i) linear.tensors["lin" + std::to_string(i) + ".model.1.weight"] = at::ones({1, 7, 1, 1});
  try {
    make_lpips(network, linear);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
}

// A painter that draws the latent's direction, and squared distance: the length is the squared angle between the ends of the
// path. For independent latents of 16 numbers that is a right angle on average, with a variance of 1/16.
TEST(PathLength, OfAKnownGeneratorIsItsSpeedSquared) {
  const LatentPainter paint = [](const at::Tensor& z) { return (z / z.norm(2, at::IntArrayRef{1}, true)).view({-1, 1, 1, 16}); };
  const PairDistance squared = [](const at::Tensor& a, const at::Tensor& b) { return (4 * (a - b).square()).flatten(1).sum(1); };
  Observer silent;
  const auto found = perceptual_path_length(paint, {16}, squared, {.paths = 400, .epsilon = 1e-2, .batch = 64}, silent);
  EXPECT_NEAR(found.mean, M_PI * M_PI / 4 + 1.0 / 16, 0.15);
  EXPECT_NEAR(double(found.lengths.size(0)), 392, 4);
  EXPECT_THROW(perceptual_path_length(paint, {16}, squared, {.paths = 1}, silent), Error);
}

}  // namespace
}  // namespace inkstone
