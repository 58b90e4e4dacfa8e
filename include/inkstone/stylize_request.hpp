// A photograph painted in a style: by optimisation (Gatys, Ecker and Bethge, CVPR 2016), under the option names of
// jcjohnson/neural-style and its successors, or in one pass of a network that was trained for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct StylizeRequest {
  PictureRef content;
  std::vector<PictureRef> style;
  std::string output;
  bool keep_metadata = false;

  std::string preset = "default";
  double style_strength = 0.5;     // 0 leaves the photograph, 1 lets the painting rule; 0.5 is the weights as given
  double content_retention = 0.5;  // 0 forgets the photograph, 1 holds on to it
  bool original_colors = false;
  std::string color_mode = "luminance";
  int size = 512;
  int64_t seed = 0;

  std::vector<double> style_blend_weights;
  double style_scale = 1.0;
  std::vector<PictureRef> style_masks;

  double content_weight = 3.0;
  double style_weight = 100.0;
  double tv_weight = 0.0005;
  std::string style_loss = "gram";
  std::vector<std::string> content_layers = {"relu3_3", "relu4_2"};
  std::vector<std::string> style_layers = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"};
  std::string pooling = "max";
  bool normalize_gradients = false;

  int iterations = 200;
  std::string optimizer = "adam";
  double learning_rate = 0;      // 0: the optimiser's own
  std::string init = "content";  // content, random, or a picture
  double init_noise = 8;         // of 255
  int pyramid = 0;               // 0: chosen by size
  int refine = 0;

  double steadiness = 0.7;
  int frame_iterations = 0;  // 0: a fifth of iterations
  bool restart = false;

  ModelRef model;
  std::string type = "auto";
  int tile_size = 0;  // 0: chosen by memory

  int save_every = 0;
  int preview = 0;
  std::string loss_log;
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    const char* several = "Several styles";
    const char* losses = "Losses";
    const char* search = "Optimisation";
    const char* network = "Network";
    const char* output = "Output";
    // clang-format off
    visit(self.content, Option{.name = "content", .help = "photograph to paint", .group = look, .positional = true});
    visit(self.style, Option{.name = "style", .help = "painting to take the style from; several blend", .group = look});
    visit(self.output, Option{.name = "output", .help = "where to write the picture", .group = output, .letter = 'o', .recipe = false});
    visit(self.preset, Option{.name = "preset", .help = "settings under a known name; options given beside it win",
                              .choices = {"default", "fast", "gatys-adam", "tutorial-literal", "leongatys"}, .group = look});
    visit(self.style_strength, Option{.name = "style-strength", .help = "how much painting: 0 none, 1 all; a network that paints has 1 unless told", .min = 0, .max = 1, .group = look});
    visit(self.content_retention, Option{.name = "content-retention", .help = "how much photograph: 0 little, 1 much; a network that paints has 0 unless told", .min = 0, .max = 1, .group = look});
    visit(self.original_colors, Option{.name = "original-colors", .help = "keep the photograph's colours", .group = look});
    visit(self.color_mode, Option{.name = "color-mode", .help = "how original colours are kept: paint only the luminance, or match the painting's colours first",
                                  .choices = {"luminance", "match"}, .group = look});
    visit(self.size, Option{.name = "size", .help = "longer side of the result in pixels", .min = 32, .max = 4096, .group = look});
    visit(self.seed, Option{.name = "seed", .help = "seed of the random start; -1 draws one", .min = -1, .group = look, .letter = 's'});

    visit(self.style_blend_weights, Option{.name = "style-blend-weights", .help = "one weight per style; they are normalised to sum 1", .min = 0, .group = several});
    visit(self.style_scale, Option{.name = "style-scale", .help = "size of the style pictures relative to the result", .min = 0.05, .max = 8, .group = several});
    visit(self.style_masks, Option{.name = "style-masks", .help = "one grey picture per style: white where it goes", .group = several});

    visit(self.content_weight, Option{.name = "content-weight", .help = "weight of the content loss", .min = 0, .group = losses});
    visit(self.style_weight, Option{.name = "style-weight", .help = "weight of the style loss", .min = 0, .group = losses});
    visit(self.tv_weight, Option{.name = "tv-weight", .help = "weight of the total variation loss", .min = 0, .group = losses});
    visit(self.style_loss, Option{.name = "style-loss", .help = "what is matched between features",
                                  .choices = {"gram", "mean-variance", "histogram"}, .group = losses});
    visit(self.content_layers, Option{.name = "content-layers", .help = "layers of the content loss", .group = losses});
    visit(self.style_layers, Option{.name = "style-layers", .help = "layers of the style loss", .group = losses});
    visit(self.pooling, Option{.name = "pooling", .help = "pooling in the feature network", .choices = {"max", "avg"}, .group = losses});
    visit(self.normalize_gradients, Option{.name = "normalize-gradients", .help = "scale each loss's gradient to unit L1 norm", .group = losses});

    visit(self.iterations, Option{.name = "iterations", .help = "optimisation steps of the coarsest level; each finer one takes half as many", .min = 1, .max = 100000, .group = search});
    visit(self.optimizer, Option{.name = "optimizer", .help = "Adam, or L-BFGS, which gets further in a step and takes bolder, stiffer strokes", .choices = {"lbfgs", "adam"}, .group = search});
    visit(self.learning_rate, Option{.name = "learning-rate", .help = "step size, for adam in units of 1/255 of the range; 0 takes 4 for adam and 1 for lbfgs", .min = 0, .max = 1000, .group = search});
    visit(self.init, Option{.name = "init", .help = "content, random, or a picture to start from", .group = search});
    visit(self.init_noise, Option{.name = "init-noise", .help = "deviation of the noise that is added to the photograph to start from, of 255: strokes then find their own way in flat places, where they would follow the blocks of a JPEG", .min = 0, .max = 255, .group = search});
    visit(self.pyramid, Option{.name = "pyramid", .help = "coarse-to-fine levels; 0 chooses by size, 1 paints at full size only", .min = 0, .max = 8, .group = search});

    visit(self.refine, Option{.name = "refine", .help = "after a style network: so many steps of the search from what it painted, towards --style", .min = 0, .max = 100000, .group = search});

    visit(self.steadiness, Option{.name = "steadiness", .help = "of films: how much of the frame before is kept where its motion is certain; 0 paints every frame by itself", .min = 0, .max = 0.98, .group = look});
    visit(self.frame_iterations, Option{.name = "frame-iterations", .help = "of films: steps of the search for every frame after the first; 0 takes a fifth of --iterations", .min = 0, .max = 100000, .group = search});
    visit(self.restart, Option{.name = "restart", .help = "of films: begin afresh, where unfinished work beside the output would be gone on from", .group = output, .recipe = false});
    visit(self.model, Option{.name = "model", .help = "a network that paints (starry-night, great-wave, the-scream and composition-vii travel with the program; fast-style/wave, microast, cartoongan/hayao, FILE) or a feature network (vgg19) to paint by; a catalogue name or a file", .group = network, .letter = 'm'});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}, .group = network});
    visit(self.tile_size, Option{.name = "tile-size", .help = "tile side in pixels for large pictures; 0 chooses by memory", .min = 0, .max = 4096, .group = network});

    visit(self.keep_metadata, Option{.name = "keep-metadata", .help = "carry the photograph's own EXIF block (camera, place, date, owner) into PNG, JPEG or WebP; otherwise it is dropped", .group = output, .recipe = false});
    visit(self.save_every, Option{.name = "save-every", .help = "write an intermediate picture every N steps", .min = 0, .group = output, .recipe = false});
    visit(self.preview, Option{.name = "preview", .help = "update OUTPUT.preview.png every N steps", .min = 0, .group = output, .recipe = false});
    visit(self.loss_log, Option{.name = "loss-log", .help = "write the losses of every step here, as CSV", .group = output, .recipe = false});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    // clang-format on
  }
};

}  // namespace inkstone
