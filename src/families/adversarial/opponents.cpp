#include "families/adversarial/opponents.hpp"

#include <ATen/ATen.h>

#include "families/adversarial/balance.hpp"
#include "families/painting.hpp"
#include "nn/frozen.hpp"

namespace inkstone {

using objectives::AdversarialLoss;

namespace {

constexpr int64_t kFirstAdvice = 300;  // steps in which every young generator paints much the same

}  // namespace

std::vector<Network> AdversarialFamily::networks() {
  return {{"generator", opponents_.generator, true, 1}, {"discriminator", opponents_.discriminator, false, 1}};
}

at::Tensor AdversarialFamily::paint(const PaintSpec& spec, Observer& observer) {
  const auto labels = labels_to_paint(spec, opponents_.classes);
  return paint_in_parts(spec, observer, *opponents_.generator, [&](const at::Tensor& z, int64_t first, int64_t count) {
    return opponents_.generate(z * spec.truncation, labels.narrow(0, first, count).to(z.device()));
  });
}

std::string AdversarialFamily::advice(const std::map<std::string, double>& means) const {
  return latest_step_ < kFirstAdvice ? std::string() : balance_advice(means);
}

AdversarialFamily::Fakes AdversarialFamily::generate(const Batch& part, StepNoise& noise) {
  const auto z = noise.normal({opponents_.latent});
  return {opponents_.generate(z, part.labels), part.labels};
}

at::Tensor AdversarialFamily::discriminator_turn(const Batch& part, TrainingStep& step, AdversarialLoss loss,
                                                 std::vector<Fakes>& made) {
  made.push_back(generate(part, step.noise()));
  const auto& fakes = made.back();
  const auto real = opponents_.judge(part.pictures, part.labels), fake = opponents_.judge(fakes.pictures.detach(), fakes.labels);
  const auto value = discriminator_loss(loss, real, fake);
  step.report("d_loss", value.detach());
  step.report("D(x)", real.detach().sigmoid().mean());
  step.report("D(G(z))", fake.detach().sigmoid().mean());
  report_variety(part.pictures, fakes.pictures, step);
  return value;
}

void AdversarialFamily::play(const Batch& batch, TrainingStep& step, AdversarialLoss loss) {
  std::vector<Fakes> made;  // by part, with the generator's graph
  step.minimise("discriminator", batch, [&](const Batch& part) { return discriminator_turn(part, step, loss, made); });
  std::size_t next = 0;
  step.minimise("generator", batch, [&](const Batch&) {
    const nn::Frozen frozen(*opponents_.discriminator);
    const Fakes fakes = std::exchange(made.at(next++), {});
    const auto value = generator_loss(loss, opponents_.judge(fakes.pictures, fakes.labels));
    step.report("g_loss", value.detach());
    return value;
  });
}

void AdversarialFamily::report_variety(const at::Tensor& real, const at::Tensor& fake, TrainingStep& step) {
  latest_step_ = step.number();
  if (real.size(0) < 2) return;
  const at::NoGradGuard frozen;
  step.report("pairwise_distance", objectives::pairwise_distance(fake));
  step.report("pairwise_distance_real", objectives::pairwise_distance(real));
}

}  // namespace inkstone
