// Families `wgan` (Arjovsky, Chintala and Bottou, ICML 2017: weights of the critic clipped) and `wgan-gp` (Gulrajani et al.,
// NeurIPS 2017: gradient penalty), on the DCGAN networks. Every step trains the critic; every critic-steps-th one the generator
// too, after it.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct WganOptions {
  int latent = 100;
  int generator_features = 64, discriminator_features = 64;
  int critic_steps = 5;
  double weight_limit = 0.01;
  std::string critic_norm = "batch";
  bool spectral_norm = false;
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    declare(self, visit);
    visit(self.weight_limit, Option{.name = "weight-limit",
                                    .help = "every weight of the critic is clipped to so far from 0",
                                    .min = 1e-6,
                                    .max = 10,
                                    .group = "Model"});
    visit(self.critic_norm, Option{.name = "critic-norm",
                                   .help = "normalisation in the critic",
                                   .choices = {"none", "batch", "layer"},
                                   .group = "Model"});
  }

  // What wgan and wgan-gp have in common.
  template <class Self, class Visitor>
  static void declare(Self& self, Visitor&& visit) {
    const char* group = "Model";
    visit(self.latent,
          Option{.name = "latent", .help = "numbers that a picture is painted from", .min = 1, .max = 4096, .group = group});
    visit(self.generator_features,
          Option{.name = "generator-features",
                 .help = "the generator's channels next to the picture; doubled per stage up to eightfold",
                 .min = 1,
                 .max = 512,
                 .group = group});
    visit(self.discriminator_features, Option{.name = "discriminator-features",
                                              .help = "the critic's channels next to the picture",
                                              .min = 1,
                                              .max = 512,
                                              .group = group});
    visit(self.critic_steps, Option{.name = "critic-steps",
                                    .help = "steps of the critic for one of the generator",
                                    .min = 1,
                                    .max = 100,
                                    .group = group});
    visit(self.spectral_norm, Option{.name = "spectral-norm", .help = "spectral normalisation of the critic", .group = group});
    visit(self.conditional,
          Option{.name = "conditional", .help = "paint by class: embedded label, projection critic", .group = group});
  }
};

struct WganGpOptions {
  int latent = 100;
  int generator_features = 64, discriminator_features = 64;
  int critic_steps = 5;
  double penalty = 10;
  std::string critic_norm = "layer";
  bool spectral_norm = false;
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    WganOptions::declare(self, visit);
    visit(self.penalty,
          Option{.name = "penalty", .help = "weight of the gradient penalty", .min = 0, .max = 10000, .group = "Model"});
    // a norm over the batch would make the gradient of one picture depend on the others (Gulrajani et al., section 4)
    visit(self.critic_norm,
          Option{.name = "critic-norm", .help = "normalisation in the critic", .choices = {"none", "layer"}, .group = "Model"});
  }
};

// Pictures as for dcgan. Reports critic_loss, g_loss, wasserstein (the estimated distance), gradient_penalty, pairwise_distance.
// Throw bad_argument.
std::unique_ptr<Family> make_wgan(const WganOptions& options, const PictureShape& shape);
std::unique_ptr<Family> make_wgan_gp(const WganGpOptions& options, const PictureShape& shape);

}  // namespace inkstone
