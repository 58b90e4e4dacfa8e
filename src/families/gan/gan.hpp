// Family `gan`: the generative adversarial network of Goodfellow et al. (NeurIPS 2014) as tutorials teach it, network and
// procedure alike: D on the summed cross entropy of real and detached fake pictures, then G on the same fakes with real labels.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct GanOptions {
  int latent = 100;
  std::string loss = "non-saturating";
  bool conditional = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* group = "Model";
    visit(self.latent,
          Option{.name = "latent", .help = "numbers that a picture is painted from", .min = 1, .max = 4096, .group = group});
    visit(self.loss, Option{.name = "loss",
                            .help = "what the two networks minimise; non-saturating is cross entropy with real labels",
                            .choices = {"minimax", "non-saturating", "hinge", "least-squares"},
                            .group = group});
    visit(self.conditional, Option{.name = "conditional", .help = "paint by class", .group = group});
  }
};

// Any picture shape. Throws bad_argument.
std::unique_ptr<Family> make_gan(const GanOptions& options, const PictureShape& shape);

}  // namespace inkstone
