// Family `cartoon`: photographs as frames of an animated film, learned from photographs and frames that show nothing in common.
// AnimeGANv2 (Chen, Liu and Chen, ISICA 2019, and its published code) and CartoonGAN (Chen, Lai and Liu, CVPR 2018): a
// pre-training on content alone, then a game whose counter-examples are grey and edge-smoothed frames (objectives/cartoon.hpp).
// docs/cartoon.md.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct CartoonOptions {
  std::string frames = "", smoothed = "";
  std::string generator = "animegan";
  int features = 32;
  int blocks = 8;
  int discriminator_features = 64;
  int discriminator_halvings = 2;
  bool spectral_norm = true;
  std::string discriminator_norm = "layer";

  double pretrain_epochs = 10;
  double pretrain_rate = 10, discriminator_rate = 2;

  std::string adversarial = "least-squares";
  double adversarial_weight = 300, content_weight = 1.5, style_weight = 2.5, colour_weight = 10, tv_weight = 1;
  double drawing_share = 1.2, painted_share = 1.2, grey_share = 1.2, smoothed_share = 0.8;
  bool smoothed_in_grey = true;
  std::string loss = "relative";
  std::string content_layer = "relu4_3";
  std::string network = "";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* model = "Model";
    const char* losses = "Losses";
    // clang-format off
    visit(self.frames, Option{.name = "frames", .help = "drawings to learn from: a folder, a zip or packed shards", .group = model});
    visit(self.smoothed, Option{.name = "smoothed", .help = "the same drawings with smoothed edges, as `inkstone dataset smooth` makes them; empty with smoothed-share = 0", .group = model});
    visit(self.generator, Option{.name = "generator", .help = "the network that paints: AnimeGANv2's, or CartoonGAN's", .choices = {"animegan", "cartoongan"}, .group = model});
    visit(self.features, Option{.name = "features", .help = "channels next to the picture (published: 32, of CartoonGAN 64)", .min = 2, .max = 256, .group = model});
    visit(self.blocks, Option{.name = "blocks", .help = "residual blocks of CartoonGAN's network", .min = 0, .max = 32, .group = model});
    visit(self.discriminator_features, Option{.name = "discriminator-features", .help = "channels of the discriminator after its first halving", .min = 4, .max = 512, .group = model});
    visit(self.discriminator_halvings, Option{.name = "discriminator-halvings", .help = "halvings of the discriminator: with each it judges larger patches", .min = 1, .max = 5, .group = model});
    visit(self.spectral_norm, Option{.name = "spectral-norm", .help = "spectral normalisation of the discriminator", .group = model});
    visit(self.discriminator_norm, Option{.name = "discriminator-norm", .help = "norm of the discriminator", .choices = {"layer", "instance"}, .group = model});

    visit(self.pretrain_epochs, Option{.name = "pretrain-epochs", .help = "passes over the photographs on content alone, before the game begins", .min = 0, .max = 100000, .group = losses});
    visit(self.pretrain_rate, Option{.name = "pretrain-rate", .help = "factor on the learning rate meanwhile", .min = 0, .max = 1000, .group = losses});
    visit(self.discriminator_rate, Option{.name = "discriminator-rate", .help = "factor on the learning rate of the discriminator", .min = 0, .max = 1000, .group = losses});
    visit(self.adversarial, Option{.name = "adversarial", .help = "the game", .choices = {"least-squares", "non-saturating", "hinge"}, .group = losses});
    visit(self.adversarial_weight, Option{.name = "adversarial-weight", .help = "weight of passing for a drawing", .min = 0, .group = losses});
    visit(self.content_weight, Option{.name = "content-weight", .help = "weight of showing what the photograph shows", .min = 0, .group = losses});
    visit(self.style_weight, Option{.name = "style-weight", .help = "weight of the texture of grey drawings", .min = 0, .group = losses});
    visit(self.colour_weight, Option{.name = "colour-weight", .help = "weight of keeping the photograph's colours, in YUV", .min = 0, .group = losses});
    visit(self.tv_weight, Option{.name = "tv-weight", .help = "weight of the total variation", .min = 0, .group = losses});
    visit(self.drawing_share, Option{.name = "drawing-share", .help = "in the discriminator's loss, of drawings", .min = 0, .group = losses});
    visit(self.painted_share, Option{.name = "painted-share", .help = "of what the generator paints", .min = 0, .group = losses});
    visit(self.grey_share, Option{.name = "grey-share", .help = "of drawings without colour; 0 leaves them out", .min = 0, .group = losses});
    visit(self.smoothed_share, Option{.name = "smoothed-share", .help = "of drawings with smoothed edges; 0 leaves them out", .min = 0, .group = losses});
    visit(self.smoothed_in_grey, Option{.name = "smoothed-in-grey", .help = "smoothed drawings are shown without colour too, as AnimeGAN does", .group = losses});
    visit(self.loss, Option{.name = "loss", .help = "scale of content and style: relative to what is wanted, for any network, or as published, for VGG19 (layer conv4_4)",
                            .choices = {"relative", "published"}, .group = losses});
    visit(self.content_layer, Option{.name = "content-layer", .help = "layer of content and style", .group = losses});
    visit(self.network, Option{.name = "network", .help = "file of the feature network, VGG19 say; empty takes the embedded one", .group = losses});
    // clang-format on
  }
};

// Colour pictures whose sides are multiples of 4, at least 32. Wants the frames, and the smoothed ones, as further data
// (Family::wanted_data). Reports content while it pre-trains; then d_loss, g_loss, adversarial, content, style, colour,
// variation, D(drawing) and D(painted), the means of what the discriminator says. Validates content and colour. Paints nothing of
// its own. Throws bad_argument.
std::unique_ptr<Family> make_cartoon(const CartoonOptions& options, const PictureShape& shape);

}  // namespace inkstone
