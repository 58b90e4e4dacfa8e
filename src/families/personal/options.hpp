// The options that all ways of teaching a finished painter one's own subject have.
#pragma once

#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct PersonalOptions {
  static constexpr const char *kNetwork = "Network", *kSubject = "Subject", *kLoss = "Diffusion", *kPainting = "Painting";

  std::string model, token, kind;
  double min_snr = 0;
  int sampling_steps = 0;
  double guidance = 0;

  template <class Self, class Visitor>
  static void visit_subject(Self& self, Visitor&& visit, const char* token_help) {
    visit(self.model, Option{.name = "model",
                             .help = "what learns: a painter of words, or a Stable Diffusion checkpoint; empty: the painter that "
                                     "comes with the program",
                             .group = kSubject});
    visit(self.token, Option{.name = "token", .help = token_help, .group = kSubject});
    visit(self.kind, Option{.name = "class", .help = "what the subject is one of, \"fox\" say", .group = kSubject});
  }

  template <class Self, class Visitor>
  static void visit_prior(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.prior_weight, Option{.name = "prior-weight", .help = "prior preservation: weight of the loss on pictures of the class that the base painted beforehand; 0 goes without", .min = 0, .max = 100, .group = kLoss});
    visit(self.prior_pictures, Option{.name = "prior-pictures", .help = "that are painted for it", .min = 1, .max = 10000, .group = kLoss});
    // clang-format on
  }

  template <class Self, class Visitor>
  static void visit_walk(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.min_snr, Option{.name = "min-snr", .help = "gamma of the min-SNR weights, 5 usually; 0 weighs all steps alike", .min = 0, .max = 1000, .group = kLoss});
    visit(self.sampling_steps, Option{.name = "sampling-steps", .help = "evaluations of the network to a picture unless asked otherwise; 0: the base's", .min = 0, .max = 100000, .group = kPainting});
    visit(self.guidance, Option{.name = "guidance", .help = "how closely the words are followed unless asked otherwise; 0: the base's", .min = 0, .max = 100, .group = kPainting});
    // clang-format on
  }
};

}  // namespace inkstone
