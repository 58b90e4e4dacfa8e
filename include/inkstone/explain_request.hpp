// What a network sees in a picture, made visible: where it looks for a class, what a unit wants to see, what a layer still knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct ExplainRequest {
  PictureRef picture;
  std::string output;

  std::string class_name;
  std::string method = "grad-cam";
  std::string layer;
  std::string unit;
  std::string reconstruct;
  PictureRef content;
  std::vector<PictureRef> style;
  std::string prompt;

  int size = 768;
  int steps = 0;  // 0: what suits the method
  int64_t seed = 0;
  bool no_legend = false;

  int effects = -1;
  std::string against;
  int nearest = 8;
  std::string report;
  std::vector<std::string> search;

  ModelRef model = {"resnet50-imagenet"};
  int preview = 0;
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What is explained";
    const char* how = "How";
    const char* network = "Network";
    const char* output = "Output";
    // clang-format off
    visit(self.picture, Option{.name = "picture", .help = "picture to look at; not needed with --unit; with a painter of words as the model, a picture that it painted, or a prompt", .group = what, .positional = true});
    visit(self.output, Option{.name = "output", .help = "where to write the picture", .group = output, .letter = 'o', .recipe = false});
    visit(self.prompt, Option{.name = "prompt", .help = "of attention: what to paint and explain, in place of a picture", .group = what, .letter = 'p'});
    visit(self.class_name, Option{.name = "class", .help = "class to explain, by name or number; the likeliest if absent", .group = what});
    visit(self.unit, Option{.name = "unit", .help = "LAYER:CHANNEL: paint what this unit wants to see instead", .group = what});
    visit(self.reconstruct, Option{.name = "reconstruct", .help = "LAYER: paint the picture that this layer cannot tell from the given one instead", .group = what});

    visit(self.content, Option{.name = "content", .help = "of style-contribution: the photograph that the picture was painted from", .group = what});
    visit(self.style, Option{.name = "style", .help = "of style-contribution: the painting whose style it has", .group = what});

    visit(self.method, Option{.name = "method", .help = "how places are weighed: by the last layer's map, by every pixel's share, by noisy gradients, or by covering them; or, of a painted picture, what the painting and the photograph each did where, or what each place looked at in the words (attention, chosen by itself for a painter of words)",
                              .choices = {"grad-cam", "integrated-gradients", "smooth-gradients", "occlusion", "style-contribution", "attention"}, .group = how});
    visit(self.layer, Option{.name = "layer", .help = "layer of Grad-CAM's map, the last if absent; of style-contribution that layer alone", .group = how, .letter = 'l'});
    visit(self.size, Option{.name = "size", .help = "longer side of the result in pixels", .min = 32, .max = 4096, .group = how});
    visit(self.steps, Option{.name = "steps", .help = "steps along the path, noisy copies, patches along a side, steps of the search, or parts of the walk that attention is shown for one by one; 0 takes what suits the method", .min = 0, .max = 100000, .group = how});
    visit(self.seed, Option{.name = "seed", .help = "seed of noise and of the random start; -1 draws one", .min = -1, .group = how, .letter = 's'});
    visit(self.no_legend, Option{.name = "no-legend", .help = "leave out the line under the picture that says what it shows", .group = output});

    visit(self.effects, Option{.name = "effects", .help = "of attention: at every so manyth step ask as well what the picture would be without each word; 0 never, -1 chooses: 1 for a painter of words, 0 for Stable Diffusion, where it costs an evaluation for each word", .min = -1, .max = 10000, .group = how});
    visit(self.against, Option{.name = "against", .help = "of attention: data set or folder to look for the nearest training pictures in; absent: what the model was trained on, where it is at hand", .group = how, .recipe = false});
    visit(self.nearest, Option{.name = "nearest", .help = "of attention: so many nearest training pictures; 0 looks for none", .min = 0, .max = 100, .group = how, .recipe = false});
    visit(self.report, Option{.name = "report", .help = "of attention: folder for a page with everything on it and one picture for each word", .group = output, .recipe = false});
    visit(self.search, Option{.name = "search", .help = "of attention: folders where the files of a picture's recipe are", .group = output, .recipe = false});

    visit(self.model, Option{.name = "model", .help = "network by catalogue name or file; classes need resnet50-imagenet or googlenet; or a painter of words: a run, a folder, a Stable Diffusion checkpoint", .group = network, .letter = 'm'});
    visit(self.preview, Option{.name = "preview", .help = "update OUTPUT.preview.png every N steps", .min = 0, .group = output, .recipe = false});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    // clang-format on
  }
};

}  // namespace inkstone
