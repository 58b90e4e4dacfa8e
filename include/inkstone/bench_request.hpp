// How fast a network that paints is on this machine.
#pragma once

#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct BenchRequest {
  ModelRef model;
  int size = 512;
  std::string type = "auto";
  int runs = 5;
  int tile_size = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.model, Option{.name = "model", .help = "the network: a catalogue name, a file or a folder", .letter = 'm'});
    visit(self.size, Option{.name = "size", .help = "side of the square picture that goes in, in pixels", .min = 16, .max = 16384});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}});
    visit(self.runs, Option{.name = "runs", .help = "timed runs, after one that is not", .min = 1, .max = 1000});
    visit(self.tile_size, Option{.name = "tile-size", .help = "tile side in pixels; 0 chooses by memory", .min = 0, .max = 16384});
    // clang-format on
  }
};

}  // namespace inkstone
