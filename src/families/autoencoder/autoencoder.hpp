// Family `autoencoder`: pictures through a narrow code and back (Hinton and Salakhutdinov, Science 2006); denoising when the
// input is corrupted and the clean picture asked for (Vincent et al., ICML 2008).
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct AutoencoderOptions {
  int latent = 32;
  int features = 32;
  double corruption = 0;
  double masking = 0;
  std::string reconstruction = "l2";
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
    visit(self.corruption, Option{.name = "corruption",
                                  .help = "deviation of the noise added to the input, of a range of 2; 0 adds none",
                                  .min = 0,
                                  .max = 10,
                                  .group = group});
    visit(self.masking,
          Option{.name = "masking", .help = "fraction of input pixels that are blanked", .min = 0, .max = 0.99, .group = group});
    visit(self.reconstruction,
          Option{.name = "reconstruction", .help = "distance that is minimised", .choices = {"l2", "l1"}, .group = group});
    visit(self.conditional, Option{.name = "conditional", .help = "give encoder and decoder the label", .group = group});
  }
};

// Picture sizes as for dcgan. Reports loss; validates "loss" and "psnr" (dB, of a range of 2). Throws bad_argument.
std::unique_ptr<Family> make_autoencoder(const AutoencoderOptions& options, const PictureShape& shape);

}  // namespace inkstone
