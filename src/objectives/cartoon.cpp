#include "objectives/cartoon.hpp"

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "nn/mixed_precision.hpp"
#include "objectives/gram.hpp"

namespace inkstone::objectives {
namespace {

constexpr double kNothing = 1e-6;  // under a mean size, against a black picture
// What the published weights reckon with: of this order are the features of VGG19's conv4_4 and their Gram matrices.
constexpr double kTypicalFeature = 300, kTypicalGram = 80;

[[noreturn]] void no_such_game() {
  throw Error(ErrorCategory::bad_argument,
              "cartoon networks are trained with the adversarial losses least-squares, non-saturating and hinge");
}

at::Tensor is_one(AdversarialLoss kind, const at::Tensor& judged) {
  const auto d = judged.to(at::kFloat);
  switch (kind) {
    case AdversarialLoss::least_squares:
      return (d - 1).square().mean();
    case AdversarialLoss::non_saturating:
      return at::softplus(-d).mean();
    case AdversarialLoss::hinge:
      return at::relu(1 - d).mean();
    default:
      no_such_game();
  }
}

at::Tensor is_none(AdversarialLoss kind, const at::Tensor& judged) {
  const auto d = judged.to(at::kFloat);
  switch (kind) {
    case AdversarialLoss::least_squares:
      return d.square().mean();
    case AdversarialLoss::non_saturating:
      return at::softplus(d).mean();
    case AdversarialLoss::hinge:
      return at::relu(1 + d).mean();
    default:
      no_such_game();
  }
}

// [N,C,C]
at::Tensor gram_of(const at::Tensor& features) {
  return gram_matrix(features) / double(features.size(1) * features.size(2) * features.size(3));
}

}  // namespace

at::Tensor cartoon_discriminator_loss(AdversarialLoss kind, const CartoonJudgements& judged, const CartoonBalance& balance) {
  auto loss = balance.drawings * is_one(kind, judged.drawings) + balance.painted * is_none(kind, judged.painted);
  if (judged.grey.defined()) loss = loss + balance.grey * is_none(kind, judged.grey);
  if (judged.smoothed.defined()) loss = loss + balance.smoothed * is_none(kind, judged.smoothed);
  return loss;
}

at::Tensor cartoon_generator_loss(AdversarialLoss kind, const at::Tensor& painted) {
  return kind == AdversarialLoss::hinge ? -painted.to(at::kFloat).mean() : is_one(kind, painted);
}

CartoonFeatures::CartoonFeatures(FeatureNetwork network, const std::string& layer, bool relative)
    : features_(std::move(network), {layer}), relative_(relative) {}

at::Tensor CartoonFeatures::distance(const at::Tensor& got, const at::Tensor& wanted, double typical) const {
  const auto mean = (got.to(at::kFloat) - wanted.to(at::kFloat)).abs().mean();
  return relative_ ? typical * mean / (wanted.to(at::kFloat).abs().mean() + kNothing) : mean;
}

CartoonFeatures::Terms CartoonFeatures::operator()(const at::Tensor& painted, const at::Tensor& photograph,
                                                   const at::Tensor& grey) const {
  at::Tensor content, style;
  {
    const at::NoGradGuard constant;
    content = features_of(photograph);
    if (grey.defined()) style = features_of(grey);
  }
  const auto got = features_of(painted);
  const nn::FullPrecision full;
  return {distance(got, content, kTypicalFeature),
          style.defined() ? distance(gram_of(got), gram_of(style), kTypicalGram) : at::Tensor()};
}

at::Tensor to_yuv(const at::Tensor& rgb) {
  const auto r = rgb.select(1, 0), g = rgb.select(1, 1), b = rgb.select(1, 2);
  return at::stack({0.299 * r + 0.587 * g + 0.114 * b, -0.14714119 * r - 0.28886916 * g + 0.43601035 * b,
                    0.61497538 * r - 0.51496512 * g - 0.10001026 * b},
                   1);
}

at::Tensor greyed(const at::Tensor& rgb) {
  return (0.299 * rgb.narrow(1, 0, 1) + 0.587 * rgb.narrow(1, 1, 1) + 0.114 * rgb.narrow(1, 2, 1))
      .expand(rgb.sizes())
      .contiguous();
}

at::Tensor colour_loss(const at::Tensor& painted, const at::Tensor& photograph) {
  const auto got = to_yuv(painted.to(at::kFloat)), wanted = to_yuv(photograph.to(at::kFloat));
  const auto huber = [&](int64_t channel) { return at::huber_loss(got.select(1, channel), wanted.select(1, channel)); };
  return at::l1_loss(got.select(1, 0), wanted.select(1, 0)) + huber(1) + huber(2);
}

at::Tensor cartoon_variation(const at::Tensor& painted) {
  const auto x = painted.to(at::kFloat) * 2 - 1;
  return (x.diff(1, 2).square().mean() + x.diff(1, 3).square().mean()) / 2;
}

}  // namespace inkstone::objectives
