// Family `lora`: a finished painter learns one's own subject or style in low-rank matrices beside its layers (Hu et al. 2021), with
// prior preservation where asked for (Ruiz et al. 2023, DreamBooth). The file that comes out is loaded by kohya's scripts' names.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "train/family.hpp"

namespace inkstone {

struct LoraOptions {
  std::string model, token, kind;
  int rank = 8;
  double alpha = 0;
  std::string reach = "attention";
  bool train_text = false;
  double prior_weight = 0;
  int prior_pictures = 32;
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
    visit(self.token, Option{.name = "token", .help = "a new word that calls the subject, <mine> say; empty: the captions say all, as for a style", .group = subject});
    visit(self.kind, Option{.name = "class", .help = "what the subject is one of, \"fox\" say", .group = subject});
    visit(self.rank, Option{.name = "rank", .help = "of the matrices: how much can be learned", .min = 1, .max = 1024, .group = network});
    visit(self.alpha, Option{.name = "alpha", .help = "the change counts alpha / rank; 0 takes the rank", .min = 0, .max = 4096, .group = network});
    visit(self.reach, Option{.name = "target", .help = "which layers change: attention, or all, the perceptrons behind it as well", .choices = {"attention", "all"}, .group = network});
    visit(self.train_text, Option{.name = "train-text", .help = "change the text encoder as well", .group = network});
    visit(self.prior_weight, Option{.name = "prior-weight", .help = "prior preservation: weight of the loss on pictures of the class that the base painted beforehand; 0 goes without", .min = 0, .max = 100, .group = loss});
    visit(self.prior_pictures, Option{.name = "prior-pictures", .help = "that are painted for it", .min = 1, .max = 10000, .group = loss});
    visit(self.min_snr, Option{.name = "min-snr", .help = "gamma of the min-SNR weights, 5 usually; 0 weighs all steps alike", .min = 0, .max = 1000, .group = loss});
    visit(self.sampling_steps, Option{.name = "sampling-steps", .help = "evaluations of the network to a picture unless asked otherwise; 0: the base's", .min = 0, .max = 100000, .group = painting});
    visit(self.guidance, Option{.name = "guidance", .help = "how closely the words are followed unless asked otherwise; 0: the base's", .min = 0, .max = 100, .group = painting});
  }
};

// Throws not_found, corrupt_file, bad_argument (families/personal/base.hpp, subject.hpp).
std::unique_ptr<Family> make_lora(const LoraOptions& options, const PictureShape& shape);

}  // namespace inkstone
