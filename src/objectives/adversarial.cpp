#include "objectives/adversarial.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone::objectives {
namespace {

constexpr double kLeastNorm = 1e-12;  // the square root has no gradient at zero

// bfloat16 is too coarse for means and logarithms.
at::Tensor precise(const at::Tensor& logits) {
  return logits.scalar_type() == at::kDouble ? logits : logits.to(at::kFloat);
}

// -log D and -log(1 - D) of log-odds.
at::Tensor minus_log(const at::Tensor& logits) {
  return at::softplus(-logits);
}
at::Tensor minus_log_rest(const at::Tensor& logits) {
  return at::softplus(logits);
}

}  // namespace

at::Tensor value_function(const at::Tensor& d_real, const at::Tensor& d_fake) {
  return d_real.log().mean() + (1 - d_fake).log().mean();
}

AdversarialLoss adversarial_loss(const std::string& name) {
  if (name == "minimax") return AdversarialLoss::minimax;
  if (name == "non-saturating") return AdversarialLoss::non_saturating;
  if (name == "hinge") return AdversarialLoss::hinge;
  if (name == "least-squares") return AdversarialLoss::least_squares;
  if (name == "wasserstein") return AdversarialLoss::wasserstein;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("no adversarial loss '{}'; use minimax, non-saturating, hinge, least-squares or wasserstein", name));
}

at::Tensor discriminator_loss(AdversarialLoss kind, const at::Tensor& real_logits, const at::Tensor& fake_logits) {
  const auto real = precise(real_logits), fake = precise(fake_logits);
  switch (kind) {
    case AdversarialLoss::minimax:
    case AdversarialLoss::non_saturating:
      return minus_log(real).mean() + minus_log_rest(fake).mean();
    case AdversarialLoss::hinge:
      return at::relu(1 - real).mean() + at::relu(1 + fake).mean();
    case AdversarialLoss::least_squares:
      return ((real - 1).square().mean() + fake.square().mean()) / 2;
    case AdversarialLoss::wasserstein:
      break;
  }
  return fake.mean() - real.mean();
}

at::Tensor generator_loss(AdversarialLoss kind, const at::Tensor& fake_logits) {
  const auto fake = precise(fake_logits);
  switch (kind) {
    case AdversarialLoss::minimax:
      return -minus_log_rest(fake).mean();
    case AdversarialLoss::non_saturating:
      return minus_log(fake).mean();
    case AdversarialLoss::least_squares:
      return (fake - 1).square().mean() / 2;
    case AdversarialLoss::hinge:
    case AdversarialLoss::wasserstein:
      break;
  }
  return -fake.mean();
}

at::Tensor gradient_penalty(const std::function<at::Tensor(const at::Tensor&)>& judge, const at::Tensor& real,
                            const at::Tensor& fake, const at::Tensor& e) {
  const nn::FullPrecision full;
  const auto x = at::lerp(fake.detach().to(real.scalar_type()), real.detach(), e).requires_grad_();
  const auto gradient = torch::autograd::grad({judge(x).sum()}, {x}, {}, true, true)[0];
  const auto norm = gradient.flatten(1).square().sum(1).add(kLeastNorm).sqrt();
  return (norm - 1).square().mean();
}

at::Tensor adaptive_weight(const at::Tensor& loss, const at::Tensor& adversarial, const at::Tensor& layer) {
  constexpr double kLeastPull = 1e-4, kMost = 1e4;
  const auto pull = [&](const at::Tensor& of) { return torch::autograd::grad({of}, {layer}, {}, true)[0].to(at::kFloat).norm(); };
  return (pull(loss) / (pull(adversarial) + kLeastPull)).clamp_max(kMost).detach();
}

at::Tensor pairwise_distance(const at::Tensor& x) {
  const auto rows = precise(x.detach().flatten(1));
  const auto n = double(rows.size(0));
  // E |a - b|^2 over different a, b is twice the variance
  return (rows.var(0, false).mean() * (2 * n / (n - 1))).sqrt();
}

}  // namespace inkstone::objectives
