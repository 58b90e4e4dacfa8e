// How true a network's pictures are: good pictures are made bad, handed to it, and compared with what it makes of them.
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
  std::string degradation = "plain";
  double noise = 25;
  int quality = 40;
  double strength = 0.6;
  int64_t seed = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.pictures, Option{.name = "pictures", .help = "folder of good pictures, as Set5 and Set14", .positional = true});
    visit(self.model, Option{.name = "model", .help = "the network: a catalogue name, a file or a folder; the built-in upscaler if absent", .letter = 'm'});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}});
    visit(self.tta, Option{.name = "tta", .help = "mean over the eight orientations"});
    visit(self.degradation, Option{.name = "degradation", .help = "how they are made bad: plain scales them down for an upscaler and adds noise for a restorer; jpeg compresses them; real is the second-order chain of Real-ESRGAN", .choices = {"plain", "jpeg", "real"}});
    visit(self.noise, Option{.name = "noise", .help = "deviation of the noise of plain, of 255", .min = 0, .max = 255});
    visit(self.quality, Option{.name = "quality", .help = "of jpeg, as libjpeg counts it", .min = 1, .max = 100});
    visit(self.strength, Option{.name = "strength", .help = "of real; 1 has the ranges of the paper", .min = 0, .max = 1});
    visit(self.seed, Option{.name = "seed", .help = "seed of noise and degradation", .min = 0, .letter = 's'});
    // clang-format on
  }
};

}  // namespace inkstone
