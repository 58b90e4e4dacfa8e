#include "families/stylegan/stylegan.hpp"

#include <ATen/ATen.h>

#include "families/adversarial/opponents.hpp"
#include "families/painting.hpp"
#include "families/stylegan/augmentation.hpp"
#include "families/stylegan/controller.hpp"
#include "models/stylegan/discriminator.hpp"
#include "models/stylegan/generator.hpp"
#include "nn/frozen.hpp"
#include "objectives/style_regularisers.hpp"

namespace inkstone {
namespace {

constexpr auto kLogistic = objectives::AdversarialLoss::non_saturating;

stylegan::Config config_of(const StyleganOptions& options, const PictureShape& shape) {
  stylegan::Config config{shape.channels, shape.height, shape.width, options.latent, options.style};
  config.classes = classes_for(options.conditional, shape);
  config.mapping_layers = options.mapping_layers;
  config.channel_base = options.channel_base;
  config.channel_max = options.channel_max;
  config.generator = stylegan::architecture(options.generator_architecture);
  config.discriminator = stylegan::architecture(options.discriminator_architecture);
  config.clamp = options.activation_limit;
  config.group = options.deviation_group;
  config.frozen_layers = options.frozen_layers;
  config.levels();  // throws where the size does not fit
  return config;
}

// A term that comes every so many steps takes steps of its own; the rate is lowered so that all add up to the same (Karras et al.
// 2020, appendix B).
double lazy_rate(double weight, int every) {
  return weight > 0 ? double(every) / double(every + 1) : 1;
}

class StyleGan : public AdversarialFamily {
 public:
  StyleGan(const StyleganOptions& options, const stylegan::Config& config, Opponents opponents)
      : AdversarialFamily(std::move(opponents)),
        options_(options),
        config_(config),
        changes_(changes_called(options.augment)),
        generator_(*opponents_.generator->as<stylegan::Generator>()),
        controller_(*opponents_.discriminator,
                    {changes_.geometry() ? options.augment_target : 0, options.augment_start, double(options.augment_images)}) {
    require_changeable(changes_, config.channels, config.height, config.width);
  }

  std::vector<Network> networks() override {
    return {{"generator", opponents_.generator, true, lazy_rate(options_.path_weight, options_.path_every)},
            {"discriminator", opponents_.discriminator, false, lazy_rate(options_.r1, options_.r1_every)}};
  }

  // In the order of the official training: both terms of the generator, both of the discriminator.
  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("generator", batch, [&](const Batch& part) { return generator_turn(part, step); });
    if (options_.path_weight > 0 && step.number() % options_.path_every == 0)
      step.minimise("generator", batch.part(0, std::max<int64_t>(1, batch.size() / 2)),
                    [&](const Batch& part) { return path_turn(part, step); });
    step.minimise("discriminator", batch, [&](const Batch& part) { return discriminator_turn(part, step); });
    if (options_.r1 > 0 && step.number() % options_.r1_every == 0)
      step.minimise("discriminator", batch, [&](const Batch& part) { return gradient_turn(part, step); });
    controller_.after_step(step.number(), batch.size());
  }

  at::Tensor paint(const PaintSpec& spec, Observer& observer) override {
    const auto labels = labels_to_paint(spec, config_.classes);
    return paint_in_parts(spec, observer, generator_, [&](const at::Tensor& z, int64_t first, int64_t count) {
      const auto w = generator_.map(z, labels.narrow(0, first, count).to(z.device()));
      return generator_.synthesise(generator_.truncated(w, spec.truncation)).clamp(-1, 1);
    });
  }

 private:
  at::Tensor random_style(const Batch& part, StepNoise& noise) {
    return generator_.map(noise.normal({config_.latent}), part.labels);
  }

  // A style for every layer: one picture's, or from a random layer on another's.
  at::Tensor random_styles(const Batch& part, StepNoise& noise) {
    const auto w = random_style(part, noise);
    generator_.mapping->track(w);
    const auto ws = generator_.truncated(w, 1);
    if (options_.mixing <= 0) return ws;
    const auto crossover = noise.integers(1, config_.styles());
    const auto mixes = noise.uniform({}).lt(options_.mixing);
    const auto other = generator_.truncated(random_style(part, noise), 1);
    return stylegan::mixed(ws, other, at::where(mixes, crossover, at::full_like(crossover, config_.styles())));
  }

  at::Tensor painted(const at::Tensor& ws, StepNoise& noise) {
    return generator_.synthesise(ws, {[&](int64_t height, int64_t width) { return noise.normal({1, height, width}); }});
  }

  at::Tensor judged(const at::Tensor& pictures, const Batch& part, StepNoise& noise) {
    StepDice dice(noise);
    return opponents_.judge(augmented(pictures, changes_, controller_.probability(), dice), part.labels);
  }

  at::Tensor generator_turn(const Batch& part, TrainingStep& step) {
    const nn::Frozen frozen(*opponents_.discriminator);
    const auto fakes = painted(random_styles(part, step.noise()), step.noise());
    const auto loss = generator_loss(kLogistic, judged(fakes, part, step.noise()));
    step.report("g_loss", loss.detach());
    report_variety(part.pictures, fakes.detach(), step);
    return loss;
  }

  at::Tensor path_turn(const Batch& part, TrainingStep& step) {
    const auto ws = random_styles(part, step.noise());
    const auto pictures = painted(ws, step.noise());
    const auto lengths = objectives::path_lengths(pictures, ws, step.noise().normal(pictures.sizes().slice(1)));
    const auto penalty = controller_.path_penalty(lengths);
    step.report("path_length", lengths.detach().mean());
    step.report("path_penalty", penalty.detach());
    return penalty * (options_.path_weight * options_.path_every) +
           0 * pictures.sum();  // every parameter has a gradient, if a zero
  }

  at::Tensor discriminator_turn(const Batch& part, TrainingStep& step) {
    const auto fakes = without_graph(part, step.noise());
    const auto fake = judged(fakes, part, step.noise()), real = judged(part.pictures, part, step.noise());
    controller_.see(real);
    const auto loss = discriminator_loss(kLogistic, real, fake);
    step.report("d_loss", loss.detach());
    step.report("D(x)", real.detach().sigmoid().mean());
    step.report("D(G(z))", fake.detach().sigmoid().mean());
    step.report("real_signs", real.detach().sign().to(at::kFloat).mean());
    step.report("augment_p", at::scalar_tensor(controller_.probability()));
    return loss;
  }

  at::Tensor gradient_turn(const Batch& part, TrainingStep& step) {
    const auto x = part.pictures.detach().clone().requires_grad_();
    const auto logits = judged(x, part, step.noise());
    const auto penalty = objectives::squared_gradient(logits, x).mean();
    step.report("r1_penalty", penalty.detach());
    return penalty * (options_.r1 / 2 * options_.r1_every) + 0 * logits.sum();
  }

  at::Tensor without_graph(const Batch& part, StepNoise& noise) {
    const at::NoGradGuard no_gradient;
    return painted(random_styles(part, noise), noise);
  }

  StyleganOptions options_;
  stylegan::Config config_;
  Changes changes_;
  stylegan::Generator& generator_;
  Controller controller_;
};

}  // namespace

std::unique_ptr<Family> make_stylegan(const StyleganOptions& options, const PictureShape& shape) {
  const auto config = config_of(options, shape);
  return std::make_unique<StyleGan>(options, config, Opponents::of<stylegan::Generator, stylegan::Discriminator>(config));
}

}  // namespace inkstone
