// Family `stylegan`: StyleGAN2 (Karras et al. 2020) with adaptive augmentation, which lets it learn from a few thousand pictures
// (Karras et al., NeurIPS 2020). Logistic losses, R1 and path length now and then ("lazily"), style mixing.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct StyleganOptions {
  int latent = 256, style = 256;
  int mapping_layers = 2;
  int channel_base = 8192, channel_max = 256;
  std::string generator_architecture = "skip", discriminator_architecture = "resnet";
  double activation_limit = 0;
  int deviation_group = 4;
  double mixing = 0.9;
  double r1 = 1;
  int r1_every = 16;
  double path_weight = 2;
  int path_every = 4;
  std::string augment = "bgc";
  double augment_target = 0.6, augment_start = 0;
  int augment_images = 500000;
  int frozen_layers = 0;
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    networks(self, visit);
    game(self, visit);
  }

  template <class Self, class Visitor>
  static void networks(Self& self, Visitor&& visit) {
    const char* group = "Model";
    // clang-format off
    visit(self.latent, Option{.name = "latent", .help = "numbers that a picture is painted from", .min = 1, .max = 4096, .group = group});
    visit(self.style, Option{.name = "style-numbers", .help = "numbers of a style, which the latent is mapped to", .min = 1, .max = 4096, .group = group});
    visit(self.mapping_layers, Option{.name = "mapping-layers", .help = "layers of the mapping", .min = 1, .max = 32, .group = group});
    visit(self.channel_base, Option{.name = "channel-base", .help = "features at a side of S pixels: this over S", .min = 4, .max = 1048576, .group = group});
    visit(self.channel_max, Option{.name = "channel-max", .help = "and at most so many", .min = 1, .max = 4096, .group = group});
    visit(self.generator_architecture, Option{.name = "generator-architecture", .help = "how its stages meet the picture", .choices = {"skip", "resnet", "orig"}, .group = group});
    visit(self.discriminator_architecture, Option{.name = "discriminator-architecture", .help = "how its stages meet the picture", .choices = {"resnet", "skip", "orig"}, .group = group});
    visit(self.activation_limit, Option{.name = "activation-limit", .help = "activations are cut at it; 0 cuts none", .min = 0, .max = 1e6, .group = group});
    visit(self.deviation_group, Option{.name = "deviation-group", .help = "pictures whose variety the discriminator sees together", .min = 1, .max = 4096, .group = group});
    visit(self.conditional, Option{.name = "conditional", .help = "paint by class", .group = group});
    // clang-format on
  }

  template <class Self, class Visitor>
  static void game(Self& self, Visitor&& visit) {
    const char* group = "Model";
    // clang-format off
    visit(self.mixing, Option{.name = "mixing", .help = "probability that a picture is painted by two styles, one for the coarse layers", .min = 0, .max = 1, .group = group});
    visit(self.r1, Option{.name = "r1", .help = "weight (gamma) of the discriminator's squared gradient at the data; 0 leaves it out", .min = 0, .max = 10000, .group = group});
    visit(self.r1_every, Option{.name = "r1-every", .help = "steps between two such terms", .min = 1, .max = 1000, .group = group});
    visit(self.path_weight, Option{.name = "path-weight", .help = "weight of the generator's path length; 0 leaves it out", .min = 0, .max = 1000, .group = group});
    visit(self.path_every, Option{.name = "path-every", .help = "steps between two such terms", .min = 1, .max = 1000, .group = group});
    visit(self.augment, Option{.name = "augment", .help = "changes that the discriminator sees pictures under: blit, geometry, colour, filter, noise, cut-out", .choices = {"none", "blit", "bg", "bgc", "bgcf", "bgcfn", "bgcfnc"}, .group = group});
    visit(self.augment_target, Option{.name = "augment-target", .help = "share of real pictures known as real, less those taken for fakes, that the changes' probability is steered to; 0 keeps it at augment-start", .min = 0, .max = 1, .group = group});
    visit(self.augment_start, Option{.name = "augment-start", .help = "probability of a change at the start", .min = 0, .max = 1, .group = group});
    visit(self.augment_images, Option{.name = "augment-images", .help = "pictures over which the probability can go from 0 to 1", .min = 1, .max = 100000000, .group = group});
    visit(self.frozen_layers, Option{.name = "frozen-layers", .help = "layers of the discriminator, from the picture on, that keep the weights of --from (freeze-D)", .min = 0, .max = 64, .group = group});
    // clang-format on
  }
};

// Pictures that double evenly from a small base (models/stylegan/config.hpp). Throws bad_argument.
std::unique_ptr<Family> make_stylegan(const StyleganOptions& options, const PictureShape& shape);

}  // namespace inkstone
