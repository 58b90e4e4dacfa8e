// DeepDream (Mordvintsev, Olah and Tyka, 2015): a picture painted over with what a network sees in it, under the defaults of
// google/deepdream.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct DreamRequest {
  PictureRef picture;
  std::string output;

  std::vector<std::string> layers;  // empty: what suits the network
  std::string class_name;
  PictureRef guide;
  double strength = 1;
  int size = 768;
  int64_t seed = 0;

  int octaves = 4;
  double octave_scale = 1.4;
  int iterations = 10;
  double step = 0;  // 0: what suits the network
  int jitter = 32;
  double smoothing = -1;  // negative: what suits the network

  int zoom = 0;
  double zoom_speed = 0.05;
  int frames_per_second = 12;

  ModelRef model;
  int tile_size = 0;

  int preview = 0;
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    const char* search = "Search";
    const char* film = "Film";
    const char* network = "Network";
    const char* output = "Output";
    // clang-format off
    visit(self.picture, Option{.name = "picture", .help = "picture to dream on", .group = look, .positional = true});
    visit(self.output, Option{.name = "output", .help = "where to write the picture, or with --zoom the film (.gif or .mp4)", .group = output, .letter = 'o', .recipe = false});
    visit(self.layers, Option{.name = "layer", .help = "layer whose activity grows, or LAYER:CHANNEL for one of its channels, either with *WEIGHT; several add up", .group = look, .letter = 'l'});
    visit(self.class_name, Option{.name = "class", .help = "class of ImageNet to see everywhere instead, by name or number", .group = look});
    visit(self.guide, Option{.name = "guide", .help = "picture whose features are dreamt of", .group = look});
    visit(self.strength, Option{.name = "strength", .help = "how much of the dream is laid over the picture: 0 none, 1 all", .min = 0, .max = 1, .group = look});
    visit(self.size, Option{.name = "size", .help = "longer side of the result in pixels; 0 keeps the picture's own", .min = 0, .max = 20000, .group = look});
    visit(self.seed, Option{.name = "seed", .help = "seed of the jitter; -1 draws one", .min = -1, .group = look, .letter = 's'});

    visit(self.octaves, Option{.name = "octaves", .help = "sizes that are dreamt on, from small to full", .min = 1, .max = 16, .group = search});
    visit(self.octave_scale, Option{.name = "octave-scale", .help = "ratio of one size to the next", .min = 1.05, .max = 4, .group = search});
    visit(self.iterations, Option{.name = "iterations", .help = "steps on each size", .min = 1, .max = 10000, .group = search});
    visit(self.step, Option{.name = "step", .help = "how far an average pixel moves in a step, in units of 1/255; 0 takes what suits the network, 1.5 for GoogLeNet and ResNet", .min = 0, .max = 100, .group = search});
    visit(self.jitter, Option{.name = "jitter", .help = "largest random shift before each step, in pixels", .min = 0, .max = 512, .group = search});
    visit(self.smoothing, Option{.name = "smoothing", .help = "softens each step over so many pixels, which makes larger forms; negative takes what suits the network", .min = -1, .max = 16, .group = search});

    visit(self.zoom, Option{.name = "zoom", .help = "frames of a film that falls into the dream", .min = 0, .max = 100000, .group = film});
    visit(self.zoom_speed, Option{.name = "zoom-speed", .help = "part of the picture that each frame leaves behind", .min = 0, .max = 0.5, .group = film});
    visit(self.frames_per_second, Option{.name = "fps", .help = "frames per second of the film", .min = 1, .max = 120, .group = film});

    visit(self.model, Option{.name = "model", .help = "googlenet, resnet50-imagenet, vgg19-to-conv3_4 or another network by name or file; the embedded one if absent", .group = network, .letter = 'm'});
    visit(self.tile_size, Option{.name = "tile-size", .help = "tile side in pixels for large pictures; 0 chooses by memory", .min = 0, .max = 8192, .group = network});

    visit(self.preview, Option{.name = "preview", .help = "update OUTPUT.preview.png every N steps", .min = 0, .group = output, .recipe = false});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    // clang-format on
  }
};

}  // namespace inkstone
