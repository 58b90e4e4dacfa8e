// Family `adain`: the decoder of a network that paints any photograph in the style of any painting (Huang and Belongie, ICCV
// 2017). The data are photographs; the paintings, tens or thousands of them, are named beside.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct AdainOptions {
  std::vector<std::string> style;
  int style_size = 512;
  std::string layer = "relu4_1";
  std::vector<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1"};
  double content_weight = 1;
  double style_weight = 10;
  std::string network = "";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* model = "Model";
    const char* losses = "Losses";
    // clang-format off
    visit(self.style, Option{.name = "style", .help = "paintings to learn from: pictures, or folders of them", .group = model});
    visit(self.style_size, Option{.name = "style-size", .help = "shorter side to which paintings are scaled, in pixels; crops are taken from them", .min = 64, .max = 2048, .group = model});
    visit(self.layer, Option{.name = "layer", .help = "layer of the feature network whose statistics are changed", .group = model});
    visit(self.style_layers, Option{.name = "style-layers", .help = "layers of the style loss", .group = losses});
    visit(self.content_weight, Option{.name = "content-weight", .help = "weight of the content loss", .min = 0, .group = losses});
    visit(self.style_weight, Option{.name = "style-weight", .help = "weight of the style loss", .min = 0, .group = losses});
    visit(self.network, Option{.name = "network", .help = "file of the feature network, VGG19 say; empty takes the embedded one", .group = losses});
    // clang-format on
  }
};

// Colour pictures whose sides are multiples of 8, at least 32. Wants the paintings (Family::wanted_pictures) before the first
// step. Reports loss, content and style; validates the same. Paints nothing of its own. Throws bad_argument.
std::unique_ptr<Family> make_adain(const AdainOptions& options, const PictureShape& shape);

}  // namespace inkstone
