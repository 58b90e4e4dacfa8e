#include "dream/losses.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "small_network.hpp"

namespace inkstone::dream {
namespace {

at::Tensor random(at::IntArrayRef shape, uint64_t seed) {
  return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed)).abs() + 0.1;
}

struct Evaluated {
  double loss;
  at::Tensor gradient;
};

Evaluated evaluate(StyleTerm& term, const at::Tensor& target, const at::Tensor& features, const at::Tensor& w = {}) {
  term.begin();
  term.accumulate(target, {});
  term.adopt_target(1.0);
  term.begin();
  term.accumulate(features, w);
  Evaluated out{term.loss(), at::zeros_like(features)};
  term.add_gradient(features, w, 1.0, out.gradient);
  return out;
}

using Formula = std::function<at::Tensor(const at::Tensor& features)>;

// Loss and gradient against the formula written plainly and differentiated by autograd.
void expect_equals_formula(const Evaluated& got, const at::Tensor& features, const Formula& formula) {
  auto f = features.clone().set_requires_grad(true);
  const auto loss = formula(f);
  const auto gradient = torch::autograd::grad({loss}, {f})[0];
  EXPECT_NEAR(got.loss, loss.item<double>(), 1e-5 * std::abs(loss.item<double>()));
  EXPECT_LT(((got.gradient - gradient).norm() / gradient.norm()).item<double>(), 1e-4);
}

const at::Tensor kFeatures = random({50, 7}, 1), kTarget = random({33, 7}, 2),
                 kMask = at::rand({50}, at::make_generator<at::CPUGeneratorImpl>(3));

at::Tensor gram(const at::Tensor& f) {
  return at::mm(f.t(), f) / static_cast<double>(f.size(0));
}

TEST(GramTerm, MeanScaleIsMeanSquaredError) {
  const auto term = make_gram_term(Scale::mean, 50);
  expect_equals_formula(evaluate(*term, kTarget, kFeatures), kFeatures,
                        [](const at::Tensor& f) { return at::mse_loss(gram(f), gram(kTarget)); });
}

TEST(GramTerm, RelativeScaleDividesByTheTargetsEnergy) {
  const auto term = make_gram_term(Scale::relative, 50);
  expect_equals_formula(evaluate(*term, kTarget, kFeatures), kFeatures, [](const at::Tensor& f) {
    return (gram(f) - gram(kTarget)).square().sum() / gram(kTarget).square().sum();
  });
}

TEST(GramTerm, TutorialScaleSumsUndividedGrams) {
  const auto term = make_gram_term(Scale::tutorial, 640);
  expect_equals_formula(evaluate(*term, kTarget, kFeatures), kFeatures, [](const at::Tensor& f) {
    return (at::mm(f.t(), f) - at::mm(kTarget.t(), kTarget)).square().sum() / (4.0 * 9 * 640 * 640);
  });
}

TEST(GramTerm, MaskWeighsPositions) {
  const auto term = make_gram_term(Scale::mean, 50);
  expect_equals_formula(evaluate(*term, kTarget, kFeatures, kMask), kFeatures, [](const at::Tensor& f) {
    const auto masked = at::mm((f * kMask.unsqueeze(1)).t(), f) / kMask.sum();
    return at::mse_loss(masked, gram(kTarget));
  });
}

TEST(MeanVarianceTerm, MatchesMomentsPerChannel) {
  const auto term = make_mean_variance_term(Scale::mean);
  expect_equals_formula(evaluate(*term, kTarget, kFeatures), kFeatures, [](const at::Tensor& f) {
    const auto mean = (f.mean(0) - kTarget.mean(0)).square().sum();
    const auto deviation = (f.var(0, false).sqrt() - kTarget.var(0, false).sqrt()).square().sum();
    return (mean + deviation) / 7.0;
  });
}

TEST(HistogramTerm, EqualDistributionsHaveNoLossInAnyOrder) {
  const auto term = make_histogram_term(Scale::mean);
  const auto shuffled = kFeatures.index_select(0, at::randperm(50));
  EXPECT_LT(evaluate(*term, kFeatures, shuffled).loss, 1e-12);
}

TEST(HistogramTerm, ShiftedDistributionPullsByTheShift) {
  const auto term = make_histogram_term(Scale::mean);
  const auto got = evaluate(*term, kFeatures, kFeatures + 2.0);
  EXPECT_NEAR(got.loss, 4.0, 1e-4);
  EXPECT_TRUE(at::allclose(got.gradient, at::full_like(kFeatures, 2 * 2.0 / 350), 1e-3));
}

// Statistics gathered in pieces are those of the whole: what tiling rests on.
TEST(StyleTerms, AccumulatePiecewise) {
  for (const char* name : {"gram", "mean-variance"}) {
    const auto whole = make_style_term(name, Scale::relative, 50), pieces = make_style_term(name, Scale::relative, 50);
    const auto expected = evaluate(*whole, kTarget, kFeatures);
    pieces->begin();
    pieces->accumulate(kTarget.narrow(0, 0, 20), {});
    pieces->accumulate(kTarget.narrow(0, 20, 13), {});
    pieces->adopt_target(1.0);
    pieces->begin();
    pieces->accumulate(kFeatures.narrow(0, 0, 31), {});
    pieces->accumulate(kFeatures.narrow(0, 31, 19), {});
    EXPECT_NEAR(pieces->loss(), expected.loss, 1e-5 * expected.loss) << name;
    auto gradient = at::zeros_like(kFeatures.narrow(0, 31, 19));
    pieces->add_gradient(kFeatures.narrow(0, 31, 19), {}, 1.0, gradient);
    EXPECT_TRUE(at::allclose(gradient, expected.gradient.narrow(0, 31, 19), 1e-4, 1e-7)) << name;
  }
}

TEST(ContentLoss, MeanScaleIsMeanSquaredError) {
  const auto scale = ContentScale::of(Scale::mean, static_cast<double>(kFeatures.numel()), 0);
  const auto target = random({50, 7}, 9);
  Evaluated got{content_loss(kFeatures, target, scale), at::zeros_like(kFeatures)};
  add_content_gradient(kFeatures, target, scale, 1.0, got.gradient);
  expect_equals_formula(got, kFeatures, [&](const at::Tensor& f) { return at::mse_loss(f, target); });
}

TEST(TotalVariation, EqualsItsFormulas) {
  const auto x = random({1, 3, 6, 5}, 4);
  const auto dx = [](const at::Tensor& t) { return t.slice(3, 1) - t.slice(3, 0, -1); };
  const auto dy = [](const at::Tensor& t) { return t.slice(2, 1) - t.slice(2, 0, -1); };
  auto gradient = at::zeros_like(x);
  const double squares = total_variation(x, Variation::squares, 1.0, gradient);
  expect_equals_formula({squares, gradient}, x,
                        [&](const at::Tensor& t) { return (dx(t).square().sum() + dy(t).square().sum()) / 30.0; });
  gradient.zero_();
  const double power = total_variation(x, Variation::power, 1.0, gradient);
  expect_equals_formula({power, gradient}, x, [&](const at::Tensor& t) {
    return (dx(t).slice(2, 0, -1).square() + dy(t).slice(3, 0, -1).square()).pow(1.25).sum();
  });
}

TEST(TotalVariation, IsZeroOnAFlatPictureAndOnOnePixel) {
  for (const auto& x : {at::full({1, 3, 8, 8}, 40.0), at::ones({1, 3, 1, 1})}) {
    auto gradient = at::zeros_like(x);
    EXPECT_EQ(total_variation(x, Variation::power, 1.0, gradient), 0);
    EXPECT_EQ(gradient.abs().sum().item<double>(), 0);
  }
}

}  // namespace
}  // namespace inkstone::dream
