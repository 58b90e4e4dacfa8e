#include "families/wgan/wgan.hpp"

#include <ATen/ATen.h>

#include "families/adversarial/opponents.hpp"
#include "families/painting.hpp"
#include "models/dcgan/dcgan.hpp"
#include "nn/frozen.hpp"
#include "nn/initialise.hpp"

namespace inkstone {
namespace {

constexpr auto kWasserstein = objectives::AdversarialLoss::wasserstein;

class Wgan : public AdversarialFamily {
 public:
  Wgan(Opponents opponents, int critic_steps) : AdversarialFamily(std::move(opponents)), critic_steps_(critic_steps) {}

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("discriminator", batch, [&](const Batch& part) { return critic_turn(part, step); });
    after_critic();
    if ((step.number() + 1) % critic_steps_ == 0)
      step.minimise("generator", batch, [&](const Batch& part) { return generator_turn(part, step); });
  }

 protected:
  // Keeps the critic Lipschitz: as a term of its loss, or by what is done to its weights.
  virtual at::Tensor constraint(const Batch& part, const Fakes& fakes, TrainingStep& step) { return {}; }
  virtual void after_critic() {}

 private:
  at::Tensor critic_turn(const Batch& part, TrainingStep& step) {
    const Fakes fakes = fakes_without_graph(part, step);
    const auto real = opponents_.judge(part.pictures, part.labels), fake = opponents_.judge(fakes.pictures, fakes.labels);
    auto loss = discriminator_loss(kWasserstein, real, fake);
    step.report("wasserstein", -loss.detach());
    report_variety(part.pictures, fakes.pictures, step);
    if (const auto term = constraint(part, fakes, step); term.defined()) loss = loss + term;
    step.report("critic_loss", loss.detach());
    return loss;
  }

  at::Tensor generator_turn(const Batch& part, TrainingStep& step) {
    const nn::Frozen frozen(*opponents_.discriminator);
    const Fakes fakes = generate(part, step.noise());
    const auto loss = generator_loss(kWasserstein, opponents_.judge(fakes.pictures, fakes.labels));
    step.report("g_loss", loss.detach());
    return loss;
  }

  Fakes fakes_without_graph(const Batch& part, TrainingStep& step) {
    const at::NoGradGuard frozen;
    return generate(part, step.noise());
  }

  int critic_steps_;
};

class ClippedWgan : public Wgan {
 public:
  ClippedWgan(Opponents opponents, int critic_steps, double limit) : Wgan(std::move(opponents), critic_steps), limit_(limit) {}

 protected:
  void after_critic() override {
    const at::NoGradGuard frozen;
    for (auto& parameter : opponents_.discriminator->parameters()) parameter.clamp_(-limit_, limit_);
  }

 private:
  double limit_;
};

class PenalisedWgan : public Wgan {
 public:
  PenalisedWgan(Opponents opponents, int critic_steps, double penalty)
      : Wgan(std::move(opponents), critic_steps), penalty_(penalty) {}

 protected:
  at::Tensor constraint(const Batch& part, const Fakes& fakes, TrainingStep& step) override {
    const auto e = step.noise().uniform({1, 1, 1});
    const auto judge = [&](const at::Tensor& x) { return opponents_.judge(x, part.labels); };
    const auto term = objectives::gradient_penalty(judge, part.pictures, fakes.pictures, e);
    step.report("gradient_penalty", term.detach());
    return penalty_ * term;
  }

 private:
  double penalty_;
};

template <class Options>
Opponents opponents_of(const Options& options, const PictureShape& shape) {
  dcgan::Config config{
      shape.channels, shape.height, shape.width, options.latent, options.generator_features, options.discriminator_features};
  config.classes = classes_for(options.conditional, shape);
  config.spectral = options.spectral_norm;
  const auto& norm = options.critic_norm;
  config.discriminator_norm = norm == "batch" ? nn::Norm::batch : norm == "layer" ? nn::Norm::layer : nn::Norm::none;
  auto opponents = Opponents::of<dcgan::Generator, dcgan::Discriminator>(config);
  nn::initialise_dcgan(*opponents.generator);
  nn::initialise_dcgan(*opponents.discriminator);
  return opponents;
}

}  // namespace

std::unique_ptr<Family> make_wgan(const WganOptions& options, const PictureShape& shape) {
  return std::make_unique<ClippedWgan>(opponents_of(options, shape), options.critic_steps, options.weight_limit);
}

std::unique_ptr<Family> make_wgan_gp(const WganGpOptions& options, const PictureShape& shape) {
  return std::make_unique<PenalisedWgan>(opponents_of(options, shape), options.critic_steps, options.penalty);
}

}  // namespace inkstone
