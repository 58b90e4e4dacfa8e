// A photograph found again in the styles of a StyleGAN (Karras et al. 2020), so that it can be mixed and moved like any picture
// of it: `inkstone dream project`, under the defaults of stylegan2-ada-pytorch's projector.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct ProjectRequest {
  PictureRef picture;
  ModelRef model;
  std::string output;

  std::string space = "w";
  int steps = 500;
  double rate = 0.1;
  int64_t seed = 0;
  std::string class_name;
  std::string distance = "auto";

  int scale = 1;
  int preview = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What";
    const char* search = "Search";
    const char* output = "Output";
    // clang-format off
    visit(self.picture, Option{.name = "picture", .help = "picture to find; its middle is taken, at the network's size", .group = what, .positional = true});
    visit(self.model, Option{.name = "model", .help = "a StyleGAN: a run's folder or a model file", .group = what, .letter = 'm'});
    visit(self.class_name, Option{.name = "class", .help = "class to begin at, by name or number, of networks by class; empty begins at the mean of all", .group = what});
    visit(self.space, Option{.name = "space", .help = "w: one style, which stays easy to edit; w+: a style for each layer, closer to the picture", .choices = {"w", "w+"}, .group = search});
    visit(self.steps, Option{.name = "steps", .help = "steps of the search", .min = 1, .max = 100000, .group = search});
    visit(self.rate, Option{.name = "learning-rate", .help = "of the search, at its highest", .min = 1e-6, .max = 10, .group = search});
    visit(self.distance, Option{.name = "distance", .help = "what likeness is measured by: lpips (inkstone models pull vgg16 lpips-vgg) or the embedded network; auto takes lpips where it is here", .choices = {"auto", "lpips", "embedded"}, .group = search});
    visit(self.seed, Option{.name = "seed", .help = "seed of the noise in the search; -1 draws one", .min = -1, .group = search, .letter = 's'});
    visit(self.output, Option{.name = "output", .help = "where to write the picture beside what was found; the style goes beside it, as NAME.projected_w.safetensors", .group = output, .letter = 'o', .recipe = false});
    visit(self.scale, Option{.name = "scale", .help = "enlarge by this whole factor, pixels stay sharp", .min = 1, .max = 64, .group = output});
    visit(self.preview, Option{.name = "preview", .help = "update OUTPUT.preview.png every N steps", .min = 0, .group = output, .recipe = false});
    // clang-format on
  }
};

}  // namespace inkstone
