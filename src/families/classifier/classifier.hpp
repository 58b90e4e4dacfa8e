// Family `classifier`: names what a picture shows. It paints nothing; the others are measured with it (docs/measuring.md), by
// its features and by its answers. Cross entropy with label smoothing (Szegedy et al., "Rethinking the Inception architecture",
// CVPR 2016, section 7).
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct ClassifierOptions {
  int features = 32;
  double label_smoothing = 0.1;
  std::string norm = "batch";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* group = "Model";
    // clang-format off
    visit(self.features, Option{.name = "features", .help = "channels next to the picture; twice and four times as many deeper", .min = 1, .max = 512, .group = group});
    visit(self.norm, Option{.name = "norm",
                            .help = "normalisation: over the batch, or over each picture alone, which private training needs",
                            .choices = {"batch", "layer"},
                            .group = group});
    visit(self.label_smoothing, Option{.name = "label-smoothing", .help = "share of a label that is spread over all classes", .min = 0, .max = 0.9, .group = group});
    // clang-format on
  }
};

// Reports and validates loss and accuracy. The sample grid shows the pictures of the fixed batch that the network is least sure
// of. Throws bad_argument for data without classes or pictures below 4 x 4, and in step() for a picture without a label.
std::unique_ptr<Family> make_classifier(const ClassifierOptions& options, const PictureShape& shape);

}  // namespace inkstone
