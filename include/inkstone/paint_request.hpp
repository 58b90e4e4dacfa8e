// Pictures out of a trained model, or out of a rule (procedural models): `inkstone paint`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct PaintRequest {
  ModelRef model;
  std::string output;
  int batch = 1;
  int64_t seed = 0;
  std::vector<std::string> classes;
  int steps = 0;
  std::string sampler;
  double guidance = 1;
  double truncation = 1;
  int interpolate = 0;
  bool grid = false;
  int columns = 0;
  int scale = 1;
  int width = 0, height = 0;
  std::string palette = "auto";
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    const char* sampling = "Sampling";
    const char* several = "Several pictures";
    const char* rules = "Procedural models";
    const char* output = "Output";
    visit(self.model, Option{.name = "model", .help = "a run's folder, a model file, or procedural/KIND", .group = look, .letter = 'm'});
    visit(self.seed, Option{.name = "seed", .help = "seed of the first picture, the next ones count up; -1 draws one", .min = -1, .group = look, .letter = 's'});
    visit(self.classes, Option{.name = "class", .help = "what to paint, by name or number, for class-conditional models; several take turns", .group = look});
    visit(self.truncation, Option{.name = "truncation", .help = "below 1: more typical, less varied, where the model defines it", .min = 0, .max = 2, .group = look});

    visit(self.steps, Option{.name = "steps", .help = "sampling steps of diffusion models; 0 takes the model's", .min = 0, .max = 10000, .group = sampling});
    visit(self.sampler, Option{.name = "sampler", .help = "of diffusion models: ddpm or ddim; empty takes the model's", .group = sampling});
    visit(self.guidance, Option{.name = "guidance", .help = "classifier-free guidance: 1 none, higher follows the class more closely", .min = 0, .max = 100, .group = sampling});

    visit(self.batch, Option{.name = "batch", .help = "how many pictures", .min = 1, .max = 65536, .group = several, .letter = 'b'});
    visit(self.grid, Option{.name = "grid", .help = "all pictures in one", .group = several});
    visit(self.columns, Option{.name = "columns", .help = "of the grid; 0 makes it about square", .min = 0, .max = 1000, .group = several});
    visit(self.interpolate, Option{.name = "interpolate", .help = "pictures from each seed to the next, by spherical interpolation of their noise; 0 does not walk", .min = 0, .max = 10000, .group = several});

    visit(self.width, Option{.name = "width", .help = "in pixels", .min = 0, .max = 4096, .group = rules});
    visit(self.height, Option{.name = "height", .help = "in pixels", .min = 0, .max = 4096, .group = rules});
    visit(self.palette, Option{.name = "palette", .help = "colours; auto draws them from the seed", .group = rules});

    visit(self.output, Option{.name = "output", .help = "where to write; several pictures get numbers, .gif and .mp4 make a walk move", .group = output, .letter = 'o', .recipe = false});
    visit(self.scale, Option{.name = "scale", .help = "enlarge by this whole factor, pixels stay sharp", .min = 1, .max = 64, .group = output});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
  }
};

}  // namespace inkstone
