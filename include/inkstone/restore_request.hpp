// A bad picture made good at its own size: noise, JPEG, blur, rain, darkness, fading, scratches, things that should not be there.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"

namespace inkstone {

struct RestoreRequest {
  PictureRef picture;
  std::string output;
  bool keep_metadata = false;

  std::string task = "photo";
  double strength = 1;
  PictureRef mask;
  double sensitivity = 0.5;
  std::string save_mask;
  PictureRef hints;

  ModelRef model;
  std::string type = "auto";
  bool tta = false;
  int tile_size = 0;

  std::string bits = "auto";
  std::string post;
  int64_t seed = 0;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What";
    const char* network = "Network";
    const char* output = "Output";
    // clang-format off
    visit(self.picture, Option{.name = "picture", .help = "picture to restore; on the command line also a folder of them", .group = what, .positional = true});
    visit(self.task, Option{.name = "task", .help = "what is wrong with it: photo is a bit of everything (noise, JPEG, blur), old-photo scratches and fading",
                            .choices = {"photo", "denoise", "jpeg", "deblur", "derain", "low-light", "fading", "scratches", "old-photo", "colourise", "erase"}, .group = what});
    visit(self.strength, Option{.name = "strength", .help = "how much of what was restored: 0 leaves the picture as it is", .min = 0, .max = 1, .group = what});
    visit(self.mask, Option{.name = "mask", .help = "white where something is to be taken out, of the picture's shape (erase; scratches and old-photo find it themselves)", .group = what});
    visit(self.sensitivity, Option{.name = "sensitivity", .help = "of scratches and old-photo: 0 takes out only what is surely damage, 1 also what may be in the photograph", .min = 0, .max = 1, .group = what});
    visit(self.hints, Option{.name = "hints", .help = "of colourise: a picture of the same size with strokes of colour, on the grey photograph or on nothing", .group = what});

    visit(self.model, Option{.name = "model", .help = "network: a catalogue name or a file; what the task wants if absent. fast-marching fills holes without one", .group = network, .letter = 'm'});
    visit(self.type, Option{.name = "type", .help = "arithmetic of the network", .choices = {"auto", "f32", "bf16"}, .group = network});
    visit(self.tta, Option{.name = "tta", .help = "mean over the eight orientations of the picture", .group = network});
    visit(self.tile_size, Option{.name = "tile-size", .help = "tile side in pixels for large pictures; 0 chooses by memory", .min = 0, .max = 16384, .group = network, .aliases = {"tile"}});

    visit(self.save_mask, Option{.name = "save-mask", .help = "write what scratches and old-photo take for damage here, to be corrected and given as --mask", .group = output, .recipe = false});
    visit(self.bits, Option{.name = "bits", .help = "per channel of the file: 8, 16 (PNG, TIFF, PPM), or as the picture has", .choices = {"auto", "8", "16"}, .group = output});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    visit(self.seed, Option{.name = "seed", .help = "seed of grain and brushes in the post-processing; -1 draws one", .min = -1, .group = output, .letter = 's'});
    visit(self.output, Option{.name = "output", .help = "where to write the picture, or the folder for those of a folder", .group = output, .letter = 'o', .recipe = false});
    visit(self.keep_metadata, Option{.name = "keep-metadata", .help = "carry the photograph's own EXIF block (camera, place, date, owner) into PNG, JPEG or WebP; otherwise it is dropped", .group = output, .recipe = false});
    // clang-format on
  }
};

}  // namespace inkstone
