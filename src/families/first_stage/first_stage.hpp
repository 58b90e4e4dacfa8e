// Family `first-stage`: the autoencoder that latent diffusion stands on (Rombach et al. 2022): reconstruction, a perceptual
// distance (Zhang et al. 2018), a little KL or a codebook (van den Oord et al. 2017), and a discriminator of patches that joins
// late, weighed adaptively (Esser et al. 2021). Its result is a `vae` folder as diffusers has it. docs/latent-diffusion.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "models/stable_diffusion/first_stage.hpp"
#include "train/family.hpp"

namespace inkstone {

struct FirstStageOptions {
  std::string bottleneck = "kl";
  std::vector<int> block_channels = {32, 64, 128};
  int blocks = 1;
  int latent_channels = 4;
  int codes = 512;

  double kl_weight = 1e-6, commitment = 0.25;
  double perceptual_weight = 1;
  double discriminator_weight = 0.5;
  int discriminator_start = 2000;
  int discriminator_features = 64;
  int discriminator_halvings = 2;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* network = "Network";
    const char* losses = "Losses";
    // clang-format off
    visit(self.bottleneck, Option{.name = "bottleneck",
                                  .help = "what lies between encoder and decoder: a distribution held near the normal one (AutoencoderKL), or a codebook (VQModel)",
                                  .choices = {"kl", "vq"},
                                  .group = network});
    visit(self.block_channels, Option{.name = "block-channels",
                                      .help = "channels of each level; each but the last halves the picture",
                                      .min = 4,
                                      .max = 4096,
                                      .group = network});
    visit(self.blocks, Option{.name = "blocks",
                              .help = "residual blocks to a level of the encoder; one more in the decoder",
                              .min = 1,
                              .max = 16,
                              .group = network});
    visit(self.latent_channels,
          Option{.name = "latent-channels", .help = "channels of a latent", .min = 1, .max = 64, .group = network});
    visit(self.codes, Option{.name = "codes", .help = "entries of the codebook", .min = 2, .max = 65536, .group = network});

    visit(self.kl_weight, Option{.name = "kl-weight",
                                 .help = "weight of the divergence from a normal distribution, beside a reconstruction summed over the picture",
                                 .min = 0,
                                 .group = losses});
    visit(self.commitment,
          Option{.name = "commitment", .help = "weight of keeping the encoder by its entries", .min = 0, .group = losses});
    visit(self.perceptual_weight, Option{.name = "perceptual-weight",
                                         .help = "weight of the distance between features, beside the mean difference of pixels",
                                         .min = 0,
                                         .group = losses});
    visit(self.discriminator_weight, Option{.name = "discriminator-weight",
                                            .help = "weight of passing for a picture, of what pulls as hard as the reconstruction; 0: no discriminator",
                                            .min = 0,
                                            .group = losses});
    visit(self.discriminator_start,
          Option{.name = "discriminator-start", .help = "steps before the discriminator joins", .min = 0, .group = losses});
    visit(self.discriminator_features, Option{.name = "discriminator-features",
                                              .help = "channels of the discriminator after its first halving",
                                              .min = 4,
                                              .max = 512,
                                              .group = losses});
    visit(self.discriminator_halvings, Option{.name = "discriminator-halvings",
                                              .help = "halvings of the discriminator: with each it judges larger patches",
                                              .min = 1,
                                              .max = 5,
                                              .group = losses});
    // clang-format on
  }
};

// Colour pictures with sides that are multiples of the downscale. Reports loss, l1, perceptual, kl (or codebook, commitment and
// codes, the share of entries in use) and, once the discriminator plays, adversarial, weight, d_loss, D(picture) and
// D(reconstruction). Validates psnr and perceptual. Publishes RUN/vae. Throws bad_argument.
std::unique_ptr<Family> make_first_stage(const FirstStageOptions& options, const PictureShape& shape);

// A first stage as files hold it: its config with the scaling of its latents, and weights under diffusers' names.
struct FirstStageFile {
  sd::FirstStageConfig config;
  StateDict weights;
};

// Of a model of this family.
FirstStageFile first_stage_of_model(const StateDict& model);
// config.json and diffusion_pytorch_model.safetensors in the folder, which is made. Throws io.
void write_first_stage(const FirstStageFile& file, const std::filesystem::path& folder, at::ScalarType type = at::kFloat);

}  // namespace inkstone
