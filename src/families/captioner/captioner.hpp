// Family `captioner`: says what a picture shows. A convolutional encoder and a transformer decoder that looks at its places while
// it writes (Xu et al. 2015; Vaswani et al. 2017), taught word by word with the true words before each. It paints nothing;
// `inkstone annotate --caption` asks it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkstone/option.hpp"
#include "models/captioner/captioner.hpp"
#include "tensor/state_dict.hpp"
#include "train/family.hpp"

namespace inkstone {

struct CaptionerOptions {
  int strokes = 32;
  int features = 128;
  int depth = 2;
  int heads = 4;
  int length = 32;
  double dropout = 0.1;
  double label_smoothing = 0;
  std::vector<std::string> vocabulary;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* network = "Network";
    const char* process = "Losses";
    // clang-format off
    visit(self.strokes, Option{.name = "strokes",
                               .help = "channels of the first convolution; twice and four times as many deeper",
                               .min = 4,
                               .max = 1024,
                               .group = network});
    visit(self.features,
          Option{.name = "features", .help = "width of the decoder; a multiple of the heads", .min = 8, .max = 4096, .group = network});
    visit(self.depth, Option{.name = "depth", .help = "layers of the decoder", .min = 1, .max = 64, .group = network});
    visit(self.heads, Option{.name = "heads", .help = "of attention", .min = 1, .max = 64, .group = network});
    visit(self.length, Option{.name = "length",
                              .help = "most tokens of a caption, its end among them; longer ones are cut",
                              .min = 4,
                              .max = 512,
                              .group = network});
    visit(self.vocabulary,
          Option{.name = "vocabulary",
                 .help = "English words and Chinese characters that captions are made of; none given takes those of the training captions",
                 .group = network});
    visit(self.dropout, Option{.name = "dropout", .help = "share of what each layer adds that is left out while it trains", .min = 0, .max = 0.9, .group = process});
    visit(self.label_smoothing, Option{.name = "label-smoothing",
                                       .help = "share of a word that is spread over all words; probabilities mean less with it",
                                       .min = 0,
                                       .max = 0.9,
                                       .group = process});
    // clang-format on
  }
};

// Reports and validates loss, accuracy (of the tokens) and exact (captions all of whose tokens are the likeliest, which is what
// greedy decoding says word for word). Throws bad_argument for pictures below 8 x 8, and in step() for data without captions.
std::unique_ptr<Family> make_captioner(const CaptionerOptions& options, const PictureShape& shape);

// A finished model, ready to say something. Throws unsupported for one of another family, corrupt_file.
captioner::Captioner open_captioner(const StateDict& model);

}  // namespace inkstone
