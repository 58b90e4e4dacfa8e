// A picture made larger by a network that has learnt what belongs between its pixels: super-resolution.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct UpscaleRequest {
  PictureRef picture;
  std::string output;
  bool keep_metadata = false;

  double scale = 0;  // 0: what the network does
  int width = 0, height = 0, size = 0;

  ModelRef model;
  std::string type = "auto";
  bool tta = false;
  int tile_size = 0;

  std::string bits = "auto";
  std::string post;
  int64_t seed = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* size = "Size";
    const char* network = "Network";
    const char* output = "Output";
    // clang-format off
    visit(self.picture, Option{.name = "picture", .help = "picture to enlarge; on the command line also a folder of them", .group = size, .positional = true});
    visit(self.scale, Option{.name = "scale", .help = "times larger along a side, any number; 0 takes what the network does", .min = 0, .max = 64, .group = size, .aliases = {"outscale"}});
    visit(self.width, Option{.name = "width", .help = "width of the result in pixels; alone it keeps the picture's shape", .min = 0, .max = 65535, .group = size});
    visit(self.height, Option{.name = "height", .help = "height of the result in pixels; alone it keeps the picture's shape", .min = 0, .max = 65535, .group = size});
    visit(self.size, Option{.name = "size", .help = "longer side of the result in pixels", .min = 0, .max = 65535, .group = size});

    visit(self.model, Option{.name = "model", .help = "network: a catalogue name or a file; the one that is built in (twice the size) if absent", .group = network, .letter = 'm'});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}, .group = network});
    visit(self.tta, Option{.name = "tta", .help = "mean over the eight orientations of the picture: eight times the work for a little more truth", .group = network});
    visit(self.tile_size, Option{.name = "tile-size", .help = "tile side in pixels for large pictures; 0 chooses by memory", .min = 0, .max = 16384, .group = network, .aliases = {"tile"}});

    visit(self.bits, Option{.name = "bits", .help = "per channel of the file: 8, 16 (PNG, TIFF, PPM), or as the picture has", .choices = {"auto", "8", "16"}, .group = output});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    visit(self.seed, Option{.name = "seed", .help = "seed of grain and brushes in the post-processing; -1 draws one", .min = -1, .group = output, .letter = 's'});
    visit(self.output, Option{.name = "output", .help = "where to write the picture, or the folder for those of a folder", .group = output, .letter = 'o', .recipe = false});
    visit(self.keep_metadata, Option{.name = "keep-metadata", .help = "carry the photograph's own EXIF block (camera, place, date, owner) into PNG, JPEG or WebP; otherwise it is dropped", .group = output, .recipe = false});
    // clang-format on
  }
};

}  // namespace inkstone
