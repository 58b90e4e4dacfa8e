// Family `contrastive`: a picture encoder and a text encoder that put a picture and its caption at the same place of one space,
// by symmetric InfoNCE with a learned temperature (Radford et al. 2021, CLIP). What it gives: tags out of words that are given
// (`inkstone annotate --clip RUN`), and the embeddings that unCLIP imagines and decodes. It paints nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct ContrastiveOptions {
  int base_width = 32;
  int features = 128;
  int depth = 2;
  int text_length = 32;
  int text_depth = 2;
  std::vector<std::string> vocabulary;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* group = "Network";
    visit(self.base_width, Option{.name = "base-width",
                                  .help = "channels at half the picture's size, twice as many at a quarter; a multiple of 4",
                                  .min = 4,
                                  .max = 1024,
                                  .group = group});
    visit(self.features, Option{.name = "features",
                                .help = "width of both encoders and of the space; a multiple of 4",
                                .min = 16,
                                .max = 4096,
                                .group = group});
    visit(self.depth,
          Option{.name = "depth", .help = "transformer layers over the picture", .min = 0, .max = 64, .group = group});
    visit(self.text_length,
          Option{.name = "text-length", .help = "tokens of a caption that are read", .min = 4, .max = 512, .group = group});
    visit(self.text_depth,
          Option{.name = "text-depth", .help = "layers of the text encoder", .min = 1, .max = 64, .group = group});
    visit(
        self.vocabulary,
        Option{.name = "vocabulary",
               .help =
                   "English words and Chinese characters that captions are read by; none given takes those of the data set words",
               .group = group});
  }
};

// Reports loss and scale (1/temperature); validates loss and recall at 1 both ways, of at most 256 pairs of a batch. The sample
// grid: a row to a caption of the fixed batch, the pictures of the batch that it is nearest to, nearest first. Throws
// bad_argument for sides that are no multiples of 8, and in step() for pictures without captions.
std::unique_ptr<Family> make_contrastive(const ContrastiveOptions& options, const PictureShape& shape);

}  // namespace inkstone
