// Picture to picture without a network: colour, detail, finish, and the drawing painters, as a chain of filters.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct PostRequest {
  PictureRef input;
  std::string output;
  bool keep_metadata = false;
  std::string chain;  // "match-color:lab=painting.jpg,detail:2,grain:0.1"; grammar in docs/post.md
  int64_t seed = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    // clang-format off
    visit(self.input, Option{.name = "input", .help = "picture to work on", .group = look, .positional = true});
    visit(self.chain, Option{.name = "chain", .help = "filters in order: name:value:key=value,name,...", .group = look, .letter = 'c'});
    visit(self.seed, Option{.name = "seed", .help = "seed of grain, brushes and paper; -1 draws one", .min = -1, .group = look, .letter = 's'});
    visit(self.output, Option{.name = "output", .help = "where to write the picture", .group = "Output", .letter = 'o', .recipe = false});
    visit(self.keep_metadata, Option{.name = "keep-metadata", .help = "carry the photograph's own EXIF block (camera, place, date, owner) into PNG, JPEG or WebP; otherwise it is dropped", .group = "Output", .recipe = false});
    // clang-format on
  }
};

}  // namespace inkstone
