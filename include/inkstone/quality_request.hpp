// How true a network's pictures are: good pictures are made small or noisy, handed to it, and compared with what it makes of
// them.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct QualityRequest {
  std::string pictures;
  ModelRef model;
  std::string type = "f32";
  bool tta = false;
  double noise = 25;
  int64_t seed = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.pictures, Option{.name = "pictures", .help = "folder of good pictures, as Set5 and Set14", .positional = true});
    visit(self.model, Option{.name = "model", .help = "the network: a catalogue name, a file or a folder; the built-in upscaler if absent", .letter = 'm'});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}});
    visit(self.tta, Option{.name = "tta", .help = "mean over the eight orientations"});
    visit(self.noise, Option{.name = "noise", .help = "deviation of the noise that a restorer is given, of 255", .min = 0, .max = 255});
    visit(self.seed, Option{.name = "seed", .help = "seed of the noise", .min = 0, .letter = 's'});
    // clang-format on
  }
};

}  // namespace inkstone
