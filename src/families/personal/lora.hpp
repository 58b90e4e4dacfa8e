// Family `lora`: a finished painter learns one's own subject or style in low-rank matrices beside its layers (Hu et al. 2021),
// with prior preservation where asked for (Ruiz et al. 2023, DreamBooth). The file that comes out is loaded by kohya's scripts'
// names.
#pragma once

#include <memory>
#include <string>

#include "families/personal/options.hpp"
#include "train/family.hpp"

namespace inkstone {

struct LoraOptions : PersonalOptions {
  int rank = 8;
  double alpha = 0;
  std::string reach = "attention";
  bool train_text = false;
  double prior_weight = 0;
  int prior_pictures = 32;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit_subject(self, visit, "a new word that calls the subject, <mine> say; empty: the captions say all, as for a style");
    visit(self.rank, Option{.name = "rank", .help = "of the matrices: how much can be learned", .min = 1, .max = 1024, .group = kNetwork});
    visit(self.alpha, Option{.name = "alpha", .help = "the change counts alpha / rank; 0 takes the rank", .min = 0, .max = 4096, .group = kNetwork});
    visit(self.reach, Option{.name = "target", .help = "which layers change: attention, or all, the perceptrons behind it as well", .choices = {"attention", "all"}, .group = kNetwork});
    visit(self.train_text, Option{.name = "train-text", .help = "change the text encoder as well", .group = kNetwork});
    visit_prior(self, visit);
    visit_walk(self, visit);
    // clang-format on
  }
};

// Throws not_found, corrupt_file, bad_argument (families/personal/base.hpp, subject.hpp).
std::unique_ptr<Family> make_lora(const LoraOptions& options, const PictureShape& shape);

}  // namespace inkstone
