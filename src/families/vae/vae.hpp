// Family `vae`: variational autoencoder (Kingma and Welling, ICLR 2014) with the weight beta on its KL term (Higgins et al., ICLR
// 2017) and the decoder's variance fixed or learned (Rybkin, Daniilidis and Levine, "Simple and effective VAE training with
// calibrated decoders", 2021).
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct VaeOptions {
  int latent = 32;
  int features = 32;
  double beta = 1;
  std::string variance = "learned";
  double deviation = 0.3;
  std::string norm = "batch";
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* group = "Model";
    visit(self.latent, Option{.name = "latent", .help = "numbers in the code", .min = 1, .max = 4096, .group = group});
    visit(self.features, Option{.name = "features",
                                .help = "channels next to the picture; doubled per stage up to eightfold",
                                .min = 1,
                                .max = 512,
                                .group = group});
    visit(self.beta, Option{.name = "beta", .help = "weight of the KL term", .min = 0, .max = 1000, .group = group});
    visit(self.variance, Option{.name = "variance",
                                .help = "of the decoder's Gaussian: one learned for all pixels, or fixed",
                                .choices = {"learned", "fixed"},
                                .group = group});
    visit(self.deviation, Option{.name = "deviation",
                                 .help = "the decoder's standard deviation where it is fixed, of a range of 2",
                                 .min = 1e-4,
                                 .max = 10,
                                 .group = group});
    visit(self.norm, Option{.name = "norm",
                            .help = "normalisation: over the batch, or over each picture alone, which private training needs",
                            .choices = {"batch", "layer"},
                            .group = group});
    visit(self.conditional,
          Option{.name = "conditional", .help = "paint by class: encoder and decoder are given the label", .group = group});
  }
};

// Picture sizes as for dcgan. Reports loss, reconstruction and kl in nats per picture, sigma; validates the same. Throws
// bad_argument.
std::unique_ptr<Family> make_vae(const VaeOptions& options, const PictureShape& shape);

}  // namespace inkstone
