// Family `words`: pictures from captions in English and Chinese. A diffusion transformer, or a U-Net, and its text encoder are
// trained jointly, on pixels or in the latents of a first stage (Rombach et al. 2022), with captions left out now and then for
// guidance (Ho and Salimans 2022); by flow matching (Lipman et al. 2023; Esser et al. 2024), the network saying the clean picture
// (Li and He 2025), or over the steps of a noise schedule (Ho et al. 2020).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct WordsOptions {
  std::string first_stage = "", latent_cache = "";
  int patch = 8;
  int features = 256;
  int depth = 6;
  int heads = 4;
  int strokes = 64;
  std::vector<int> unet_channels;
  int text_length = 32;
  int text_features = 128;
  int text_depth = 3;
  std::vector<std::string> vocabulary;
  std::string prediction = "flow";
  std::string noise_schedule = "cosine";
  double snr_gamma = 0;
  double caption_dropout = 0.1;
  double spelled = 0.03;
  double time_mean = 1.2;
  double time_deviation = 1.2;
  int sampling_steps = 30;
  double guidance = 3;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* network = "Network";
    const char* process = "Diffusion";
    const char* painting = "Painting";
    // clang-format off
    visit(self.first_stage,
          Option{.name = "first-stage",
                 .help = "the run of a first stage, or a vae folder of diffusers, in whose latents the network works; empty: on pixels",
                 .group = network});
    visit(self.latent_cache,
          Option{.name = "latent-cache",
                 .help = "folder where latents are kept from run to run; empty: in memory, for the run",
                 .group = network,
                 .recipe = false});
    visit(self.patch, Option{.name = "patch", .help = "side of a patch in pixels, or in values of a latent, even", .min = 2, .max = 64, .group = network});
    visit(self.features, Option{.name = "features",
                                .help = "width of the transformer; a multiple of four times the heads",
                                .min = 16,
                                .max = 4096,
                                .group = network});
    visit(self.depth, Option{.name = "depth", .help = "blocks of the transformer", .min = 1, .max = 64, .group = network});
    visit(self.heads, Option{.name = "heads", .help = "of attention", .min = 1, .max = 64, .group = network});
    visit(self.strokes, Option{.name = "strokes",
                               .help = "channels of the convolutions that finish the picture",
                               .min = 4,
                               .max = 1024,
                               .group = network});
    visit(self.unet_channels,
          Option{.name = "unet-channels",
                 .help = "channels of each level of a U-Net with cross-attention, which then stands in the transformer's place; none given: the transformer",
                 .min = 4,
                 .max = 4096,
                 .group = network});
    visit(self.text_length,
          Option{.name = "text-length", .help = "tokens of a caption that are read", .min = 4, .max = 512, .group = network});
    visit(self.text_features, Option{.name = "text-features",
                                     .help = "width of the text encoder; a multiple of 4",
                                     .min = 16,
                                     .max = 4096,
                                     .group = network});
    visit(self.text_depth,
          Option{.name = "text-depth", .help = "layers of the text encoder", .min = 1, .max = 64, .group = network});
    visit(
        self.vocabulary,
        Option{.name = "vocabulary",
               .help =
                   "English words and Chinese characters that captions are read by; none given takes those of the data set words",
               .group = network});
    visit(self.prediction,
          Option{.name = "prediction",
                 .help = "what is trained: flow matching, or what the network says over the steps of a schedule, the noise or v",
                 .choices = {"flow", "eps", "v"},
                 .group = process});
    visit(self.noise_schedule, Option{.name = "noise-schedule",
                                      .help = "how noise grows over a thousand steps, for eps and v",
                                      .choices = {"linear", "scaled_linear", "cosine"},
                                      .group = process});
    visit(self.snr_gamma, Option{.name = "snr-gamma",
                                 .help = "limit of the weight that levels of little noise have (min-SNR), for eps and v; 0: none",
                                 .min = 0,
                                 .max = 1000,
                                 .group = process});
    visit(self.caption_dropout, Option{.name = "caption-dropout",
                                       .help = "share of pictures trained without their caption, for guidance",
                                       .min = 0,
                                       .max = 1,
                                       .group = process});
    visit(self.spelled, Option{.name = "spelled",
                               .help = "share of words that training gives byte by byte, so that unknown words mean something",
                               .min = 0,
                               .max = 1,
                               .group = process});
    visit(self.time_mean, Option{.name = "time-mean",
                                 .help = "of the logit of t, the share of noise that training shows",
                                 .min = -5,
                                 .max = 5,
                                 .group = process});
    visit(self.time_deviation,
          Option{.name = "time-deviation", .help = "of that logit", .min = 0.01, .max = 5, .group = process});
    visit(self.sampling_steps, Option{.name = "sampling-steps",
                                      .help = "evaluations of the network to a picture unless asked otherwise",
                                      .min = 1,
                                      .max = 100000,
                                      .group = painting});
    visit(
        self.guidance,
        Option{.name = "guidance",
               .help = "how closely the words are followed unless asked otherwise: 1 as trained, higher more, with less variety",
               .min = 0.01,
               .max = 100,
               .group = painting});
    // clang-format on
  }
};

// Pictures, with captions, whose sides, or those of their latents, are multiples of the patch. first_stage may also be the text
// of a config.json, as finished models have it; the weights are in them. Throws bad_argument, and what opening a first stage
// throws.
std::unique_ptr<Family> make_words(const WordsOptions& options, const PictureShape& shape);

// The options as a finished model keeps them: of its first stage what it is, not where it lay.
nlohmann::json settled_words(nlohmann::json options);

}  // namespace inkstone
