// Family `ddpm`: denoising diffusion probabilistic models (Ho et al. 2020) on a U-Net, with what came after as options: cosine
// schedule and learned variance (Nichol and Dhariwal 2021), v- and x0-prediction (Salimans and Ho 2022), min-SNR weights (Hang et
// al. 2023), EDM (Karras et al. 2022), classifier-free guidance (Ho and Salimans 2022).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct DdpmOptions {
  int base_width = 128;
  std::vector<int> multipliers = {1, 2, 2, 2};
  int blocks = 2;
  std::vector<int> attention_resolutions = {16};
  int heads = 1;
  double dropout = 0.1;
  bool conditional = false;
  double label_dropout = 0.1;

  std::string prediction = "eps";
  int diffusion_steps = 1000;
  std::string noise_schedule = "linear";
  std::string variance = "beta";
  std::string loss_weight = "uniform";
  double snr_gamma = 5;
  double sigma_data = 0.5;

  std::string sampler = "ddim";
  int sampling_steps = 50;
  double eta = 0;
  double guidance = 1;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* network = "Network";
    const char* process = "Diffusion";
    const char* painting = "Painting";
    // clang-format off
    visit(self.base_width, Option{.name = "base-width",
                                  .help = "channels of the first level; a multiple of 4",
                                  .min = 4,
                                  .max = 4096,
                                  .group = network});
    visit(self.multipliers, Option{.name = "multipliers",
                                   .help = "channels of each level, in base widths; each level halves the size",
                                   .min = 1,
                                   .max = 64,
                                   .group = network});
    visit(self.blocks, Option{.name = "blocks", .help = "residual blocks to a level", .min = 1, .max = 16, .group = network});
    visit(self.attention_resolutions,
          Option{.name = "attention-resolutions",
                 .help = "shorter sides of the levels that have self-attention; the smallest level always has it in its middle",
                 .min = 1,
                 .max = 4096,
                 .group = network});
    visit(self.heads, Option{.name = "heads", .help = "of attention", .min = 1, .max = 64, .group = network});
    visit(self.dropout, Option{.name = "dropout",
                               .help = "share of values that training zeroes in each block",
                               .min = 0,
                               .max = 0.9,
                               .group = network});
    visit(self.conditional, Option{.name = "conditional", .help = "paint by class", .group = network});
    visit(self.label_dropout, Option{.name = "label-dropout",
                                     .help = "share of pictures trained without their class, for guidance",
                                     .min = 0,
                                     .max = 1,
                                     .group = network});

    visit(self.prediction, Option{.name = "prediction",
                                  .help = "what the network says: the noise, v, the picture, or EDM's mixture",
                                  .choices = {"eps", "v", "x0", "edm"},
                                  .group = process});
    visit(self.diffusion_steps,
          Option{.name = "diffusion-steps", .help = "T, the steps of the process", .min = 2, .max = 100000, .group = process});
    visit(self.noise_schedule, Option{.name = "noise-schedule",
                                      .help = "how noise grows over the steps",
                                      .choices = {"linear", "cosine"},
                                      .group = process});
    visit(self.variance, Option{.name = "variance",
                                .help = "of a step back: beta, the posterior's, or learned with the bound's help (L_hybrid)",
                                .choices = {"beta", "posterior", "learned"},
                                .group = process});
    visit(self.loss_weight, Option{.name = "loss-weight",
                                   .help = "of noise levels: all alike, or limited by their signal-to-noise ratio",
                                   .choices = {"uniform", "min-snr"},
                                   .group = process});
    visit(self.snr_gamma, Option{.name = "snr-gamma", .help = "that limit", .min = 0.01, .max = 1000, .group = process});
    visit(self.sigma_data, Option{.name = "sigma-data",
                                  .help = "standard deviation of the pictures in [-1,1], for edm",
                                  .min = 0.01,
                                  .max = 10,
                                  .group = process});

    visit(self.sampler, Option{.name = "sampler",
                               .help = "how pictures are painted unless asked otherwise",
                               .choices = {"ddim", "ddpm"},
                               .group = painting});
    visit(self.sampling_steps, Option{.name = "sampling-steps",
                                      .help = "evaluations of the network to a picture unless asked otherwise",
                                      .min = 1,
                                      .max = 100000,
                                      .group = painting});
    visit(self.eta, Option{.name = "eta",
                           .help = "noise that ddim adds on the way: 0 none, 1 as much as ddpm",
                           .min = 0,
                           .max = 1,
                           .group = painting});
    visit(self.guidance, Option{.name = "guidance",
                                .help = "how closely the class is followed unless asked otherwise: 1 as trained, higher more, with less variety",
                                .min = 0.01,
                                .max = 100,
                                .group = painting});
    // clang-format on
  }
};

// Any picture shape. Throws bad_argument, for one where an attention resolution is no level's.
std::unique_ptr<Family> make_ddpm(const DdpmOptions& options, const PictureShape& shape);

}  // namespace inkstone
