// Family `textual-inversion`: nothing of a finished painter changes; a new word is found whose vectors make it paint one's own
// subject (Gal et al. 2022). The file that comes out is one that web UIs and diffusers load as a textual inversion.
#pragma once

#include <memory>
#include <string>

#include "families/personal/options.hpp"
#include "train/family.hpp"

namespace inkstone {

struct TextualInversionOptions : PersonalOptions {
  std::string start;
  int vectors = 1;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit_subject(self, visit, "the new word, <mine> say");
    visit(self.start, Option{.name = "start", .help = "words whose vectors the new one starts from; empty: the class", .group = kSubject});
    visit(self.vectors, Option{.name = "vectors", .help = "of the new word: how much can be learned", .min = 1, .max = 75, .group = kNetwork});
    visit_walk(self, visit);
    // clang-format on
  }
};

// Throws not_found, corrupt_file, bad_argument (families/personal/base.hpp, subject.hpp).
std::unique_ptr<Family> make_textual_inversion(const TextualInversionOptions& options, const PictureShape& shape);

}  // namespace inkstone
