// Family `fast-style`: a feed-forward network that paints any photograph in the style of one painting (Johnson, Alahi and
// Fei-Fei, ECCV 2016; instance normalisation, Ulyanov et al. 2016). The data are photographs; the painting is one more picture.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct FastStyleOptions {
  std::vector<std::string> style;
  int style_size = 384;
  int features = 16;
  int blocks = 5;
  std::string loss = "relative";
  double content_weight = 3;
  double style_weight = 100;
  double tv_weight = 5e-5;
  std::vector<std::string> content_layers = {"relu3_3", "relu4_2"};
  std::vector<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
  std::string network = "";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* model = "Model";
    const char* losses = "Losses";
    // clang-format off
    visit(self.style, Option{.name = "style", .help = "painting to learn from; several blend", .group = model});
    visit(self.style_size, Option{.name = "style-size", .help = "longer side of the painting in pixels: larger paints with larger strokes", .min = 64, .max = 2048, .group = model});
    visit(self.features, Option{.name = "features", .help = "channels next to the picture; twice and four times as many further in", .min = 4, .max = 128, .group = model});
    visit(self.blocks, Option{.name = "blocks", .help = "residual blocks at quarter size", .min = 0, .max = 32, .group = model});
    visit(self.loss, Option{.name = "loss", .help = "scale of the losses: relative to the target's energy, or lengstrom's means (then weights 7.5, 100, 200)",
                            .choices = {"relative", "lengstrom"}, .group = losses});
    visit(self.content_weight, Option{.name = "content-weight", .help = "weight of the content loss", .min = 0, .group = losses});
    visit(self.style_weight, Option{.name = "style-weight", .help = "weight of the style loss", .min = 0, .group = losses});
    visit(self.tv_weight, Option{.name = "tv-weight", .help = "weight of the total variation, of pixels up to 255", .min = 0, .group = losses});
    visit(self.content_layers, Option{.name = "content-layers", .help = "layers of the content loss", .group = losses});
    visit(self.style_layers, Option{.name = "style-layers", .help = "layers of the style loss", .group = losses});
    visit(self.network, Option{.name = "network", .help = "file of the feature network, VGG19 say; empty takes the embedded one", .group = losses});
    // clang-format on
  }
};

// Colour pictures whose sides are multiples of 4, at least 32. Wants the painting (Family::wanted_pictures) before the first
// step. Reports loss, content, style and variation; validates the same. Paints nothing of its own. Throws bad_argument.
std::unique_ptr<Family> make_fast_style_family(const FastStyleOptions& options, const PictureShape& shape);

}  // namespace inkstone
