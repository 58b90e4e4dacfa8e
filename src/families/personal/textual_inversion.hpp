// Family `textual-inversion`: nothing of a finished painter changes; a new word is found whose vectors make it paint one's own
// subject (Gal et al. 2022). The file that comes out is one that web UIs and diffusers load as a textual inversion.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct TextualInversionOptions {
  std::string model, token, kind, start;
  int vectors = 1;
  double min_snr = 0;
  int sampling_steps = 0;
  double guidance = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* network = "Network";
    const char* subject = "Subject";
    const char* loss = "Diffusion";
    const char* painting = "Painting";
    visit(self.model, Option{.name = "model",
                             .help = "what learns: a painter of words, or a Stable Diffusion checkpoint; empty: the painter that comes with the program",
                             .group = subject});
    visit(self.token, Option{.name = "token", .help = "the new word, <mine> say", .group = subject});
    visit(self.kind, Option{.name = "class", .help = "what the subject is one of, \"fox\" say", .group = subject});
    visit(self.start, Option{.name = "start", .help = "words whose vectors the new one starts from; empty: the class", .group = subject});
    visit(self.vectors, Option{.name = "vectors", .help = "of the new word: how much can be learned", .min = 1, .max = 75, .group = network});
    visit(self.min_snr, Option{.name = "min-snr", .help = "gamma of the min-SNR weights, 5 usually; 0 weighs all steps alike", .min = 0, .max = 1000, .group = loss});
    visit(self.sampling_steps, Option{.name = "sampling-steps", .help = "evaluations of the network to a picture unless asked otherwise; 0: the base's", .min = 0, .max = 100000, .group = painting});
    visit(self.guidance, Option{.name = "guidance", .help = "how closely the words are followed unless asked otherwise; 0: the base's", .min = 0, .max = 100, .group = painting});
  }
};

// Throws not_found, corrupt_file, bad_argument (families/personal/base.hpp, subject.hpp).
std::unique_ptr<Family> make_textual_inversion(const TextualInversionOptions& options, const PictureShape& shape);

}  // namespace inkstone
