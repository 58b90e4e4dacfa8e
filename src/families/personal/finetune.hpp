// Family `finetune`: all weights of what paints are trained further, the U-Net of Stable Diffusion or a painter of words, with
// prior preservation where asked for (DreamBooth, Ruiz et al. 2023). What comes out is a model of its own: a folder that
// diffusers loads, or a painter of words.
#pragma once

#include <memory>
#include <string>

#include "families/personal/options.hpp"
#include "train/family.hpp"

namespace inkstone {

struct FinetuneOptions : PersonalOptions {
  double prior_weight = 0;
  int prior_pictures = 32;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit_subject(self, visit, "a new word that calls the subject, <mine> say; empty: the captions say all, as for a style");
    visit_prior(self, visit);
    visit_walk(self, visit);
  }
};

// Throws not_found, corrupt_file, bad_argument (families/personal/base.hpp, subject.hpp).
std::unique_ptr<Family> make_finetune(const FinetuneOptions& options, const PictureShape& shape);

}  // namespace inkstone
