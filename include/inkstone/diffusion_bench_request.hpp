// How fast and how large Stable Diffusion is on this machine, beside other programs on the same file: `inkstone bench sd`.
#pragma once

#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct DiffusionBenchRequest {
  ModelRef model;
  std::string prompt = "a red fox in the snow";
  int width = 512, height = 512;
  int steps = 10;
  std::string sampler = "euler";
  double guidance = 1;
  std::string type = "auto";
  std::string peers;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.model, Option{.name = "model", .help = "checkpoint: a file, a folder or a catalogue name", .letter = 'm'});
    visit(self.prompt, Option{.name = "prompt", .help = "what is painted", .letter = 'p'});
    visit(self.width, Option{.name = "width", .help = "width in pixels", .min = 64, .max = 8192, .letter = 'W'});
    visit(self.height, Option{.name = "height", .help = "height in pixels", .min = 64, .max = 8192, .letter = 'H'});
    visit(self.steps, Option{.name = "steps", .help = "steps of the walk", .min = 2, .max = 1000});
    visit(self.sampler, Option{.name = "sampler", .help = "solver; one evaluation a step keeps the figures comparable", .aliases = {"sampling-method"}});
    visit(self.guidance, Option{.name = "guidance", .help = "1: one picture in an evaluation, above: two", .min = 0, .max = 100, .aliases = {"cfg-scale"}});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the networks; q8_0: weights in eight bits", .choices = {"auto", "f32", "bf16", "q8_0"}});
    visit(self.peers, Option{.name = "peers", .help = "TOML file of other programs, NAME = \"COMMAND\" a line; in it {model} {prompt} {width} {height} {steps} {guidance} {threads} {output} are filled in"});
    // clang-format on
  }
};

}  // namespace inkstone
