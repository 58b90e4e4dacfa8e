// Family `dcgan`: deep convolutional GAN (Radford, Metz and Chintala, ICLR 2016), with the later losses and spectral
// normalisation as options.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct DcganOptions {
  int latent = 100;
  int generator_features = 64, discriminator_features = 64;
  std::string loss = "non-saturating";
  bool spectral_norm = false;
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
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
                                              .help = "the discriminator's channels next to the picture",
                                              .min = 1,
                                              .max = 512,
                                              .group = group});
    visit(self.loss, Option{.name = "loss",
                            .help = "what the two networks minimise",
                            .choices = {"minimax", "non-saturating", "hinge", "least-squares"},
                            .group = group});
    visit(self.spectral_norm, Option{.name = "spectral-norm",
                                     .help = "spectral normalisation of the discriminator in place of its batch norm",
                                     .group = group});
    visit(self.conditional,
          Option{.name = "conditional", .help = "paint by class: embedded label, projection discriminator", .group = group});
  }
};

// Pictures of 16 to 256 pixels a side that halve evenly (nn/resolution_plan.hpp). Throws bad_argument.
std::unique_ptr<Family> make_dcgan(const DcganOptions& options, const PictureShape& shape);

}  // namespace inkstone
