// Worked by hand; the colours by TensorFlow (tf.image.rgb_to_yuv, tf.compat.v1.losses.huber_loss, tensorflow-cpu 2.21.0).
#include "objectives/cartoon.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "models/perceptual/perceptual.hpp"

namespace inkstone::objectives {
namespace {

double value(const at::Tensor& loss) {
  return loss.item<double>();
}

at::Tensor picture(double phase, int64_t side = 8) {
  const auto c = at::arange(3.0).view({3, 1, 1}), y = at::arange(double(side)).view({side, 1}), x = at::arange(double(side));
  return ((1 + at::sin(0.9 * x + 0.4 * y * (c + 1) + c + phase)) / 2).to(at::kFloat).unsqueeze(0);
}

TEST(CartoonLoss, TheDiscriminatorWeighsFourKindsOfPictures) {
  const CartoonJudgements judged{at::tensor({0.5f, 1.f}), at::tensor({0.5f}), at::tensor({-1.f, 0.f}), at::tensor({2.f})};
  // 1.2 * (0.25 + 0) / 2 + 1.2 * 0.25 + 1.2 * (1 + 0) / 2 + 0.8 * 4
  EXPECT_NEAR(value(cartoon_discriminator_loss(AdversarialLoss::least_squares, judged, {})), 0.15 + 0.3 + 0.6 + 3.2, 1e-6);
  // hinge: max(0, 1 - D) and max(0, 1 + D)
  EXPECT_NEAR(value(cartoon_discriminator_loss(AdversarialLoss::hinge, judged, {1, 1, 1, 1})), 0.25 + 1.5 + 0.5 + 3, 1e-6);
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  EXPECT_NEAR(value(cartoon_discriminator_loss(AdversarialLoss::non_saturating,
                                               {at::tensor({0.5f}), at::tensor({-0.25f}), {}, {}}, {1, 2, 9, 9})),
              softplus(-0.5) + 2 * softplus(-0.25), 1e-6);
  EXPECT_THROW(cartoon_discriminator_loss(AdversarialLoss::wasserstein, judged, {}), Error);
}

TEST(CartoonLoss, TheGeneratorWantsToPass) {
  const auto judged = at::tensor({0.5f, -1.f});
  EXPECT_NEAR(value(cartoon_generator_loss(AdversarialLoss::least_squares, judged)), (0.25 + 4) / 2, 1e-6);
  EXPECT_NEAR(value(cartoon_generator_loss(AdversarialLoss::hinge, judged)), 0.25, 1e-6);
  EXPECT_NEAR(value(cartoon_generator_loss(AdversarialLoss::non_saturating, judged)),
              (std::log1p(std::exp(-0.5)) + std::log1p(std::exp(1.0))) / 2, 1e-6);
  EXPECT_THROW(cartoon_generator_loss(AdversarialLoss::minimax, judged), Error);
}

TEST(CartoonLoss, YuvIsTensorflows) {
  const auto rgb = at::tensor({0.2f, 0.4f, 0.8f}).view({1, 3, 1, 1});
  const auto yuv = to_yuv(rgb).flatten();
  EXPECT_NEAR(yuv[0].item<double>(), 0.3858, 1e-5);
  EXPECT_NEAR(yuv[1].item<double>(), 0.20383239, 1e-5);
  EXPECT_NEAR(yuv[2].item<double>(), -0.16299918, 1e-5);
  EXPECT_NEAR(value(greyed(rgb).std()), 0, 1e-7);
  EXPECT_NEAR(value(greyed(rgb).mean()), 0.3858, 1e-6);
}

TEST(CartoonLoss, ColourIsAbsoluteInYAndHuberInUAndV) {
  const auto photograph = at::tensor({0.2f, 0.4f, 0.8f}).view({1, 3, 1, 1}),
             painted = at::tensor({0.9f, 0.1f, 0.3f}).view({1, 3, 1, 1});
  EXPECT_NEAR(value(colour_loss(painted, photograph)), 0.25285658, 1e-6);
  EXPECT_EQ(value(colour_loss(painted, painted)), 0);
}

TEST(CartoonLoss, VariationIsHalfTheSquaredSteps) {
  auto x = at::zeros({1, 3, 2, 3});
  x.select(3, 2).fill_(0.5);  // one step of 1 in [-1,1] among two across, none downwards
  EXPECT_NEAR(value(cartoon_variation(x)), 0.5 * 0.5, 1e-6);
}

TEST(CartoonLoss, FeaturesAreComparedAsDefined) {
  const auto network = embedded_network();
  const auto painted = picture(0), photograph = picture(1), grey = greyed(picture(2));
  const auto f = [&](const at::Tensor& rgb) { return features(network, rgb, {"relu2_1"}).front(); };
  const auto gram = [&](const at::Tensor& rgb) {
    const auto x = f(rgb).flatten(2)[0];  // [C, H W]
    return at::mm(x, x.t()) / double(x.numel());
  };
  const CartoonFeatures published(network, "relu2_1", false), relative(network, "relu2_1", true);
  const auto terms = published(painted, photograph, grey);
  const double content = value((f(painted) - f(photograph)).abs().mean()),
               style = value((gram(painted) - gram(grey)).abs().mean());
  EXPECT_NEAR(value(terms.content) / content, 1, 1e-5);
  EXPECT_NEAR(value(terms.style) / style, 1, 1e-5);
  const auto shares = relative(painted, photograph, grey);
  EXPECT_NEAR(value(shares.content), 300 * content / value(f(photograph).abs().mean()), 1e-2);
  EXPECT_NEAR(value(shares.style), 80 * style / value(gram(grey).abs().mean()), 2e-2);
  EXPECT_FALSE(published(painted, photograph).style.defined());
  EXPECT_THROW(CartoonFeatures(network, "relu9_1", true), Error);
}

TEST(CartoonLoss, GradientsReachThePainting) {
  const CartoonFeatures compare(embedded_network(), "relu2_1", true);
  auto painted = picture(0).requires_grad_();
  const auto photograph = picture(1);
  const auto terms = compare(painted, photograph, greyed(picture(2)));
  (terms.content + terms.style + colour_loss(painted, photograph) + cartoon_variation(painted)).backward();
  EXPECT_GT(value(painted.grad().abs().sum()), 0);
  EXPECT_TRUE(painted.grad().isfinite().all().item<bool>());
}

}  // namespace
}  // namespace inkstone::objectives
