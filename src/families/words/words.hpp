// Family `words`: pictures from captions in English and Chinese. A diffusion transformer and its text encoder are trained jointly
// by flow matching (Lipman et al. 2023; Esser et al. 2024) on pixels, the network saying the clean picture (Li and He 2025), with
// captions left out now and then for guidance (Ho and Salimans 2022).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct WordsOptions {
  int patch = 8;
  int features = 256;
  int depth = 6;
  int heads = 4;
  int strokes = 64;
  int text_length = 32;
  int text_features = 128;
  int text_depth = 3;
  std::vector<std::string> vocabulary;
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
    visit(self.patch, Option{.name = "patch", .help = "pixels of a patch's side, even", .min = 2, .max = 64, .group = network});
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
  }
};

// Pictures whose sides are multiples of the patch, with captions. Throws bad_argument.
std::unique_ptr<Family> make_words(const WordsOptions& options, const PictureShape& shape);

}  // namespace inkstone
