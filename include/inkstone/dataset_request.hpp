// What `inkstone dataset` takes: pictures into data sets, data sets into packed shards, and what is in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

// A folder or zip of pictures into a packed data set, or into a folder of prepared pictures.
struct DatasetImportRequest {
  std::string source, output;
  int width = 0, height = 0;
  int shorter_side = 0;
  std::string crop = "center";
  int channels = 3;
  bool smooth_edges = false;
  int64_t seed = 0;
  std::string captions;
  std::string labels = "folders";
  bool require_captions = false;
  std::string split;
  int duplicates = -1;
  std::string opt_out;
  std::vector<std::string> licences;
  std::string report;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* pictures = "Pictures";
    const char* known = "What is known about them";
    const char* left_out = "Left out";
    const char* output = "Output";
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "folder or zip of pictures", .group = pictures, .positional = true});
    visit(self.output, Option{.name = "output", .help = "what to make: NAME.safetensors (one shard), a new folder of shards, or a new folder of pictures if it ends in /", .group = output, .letter = 'o', .recipe = false});
    visit(self.width, Option{.name = "width", .help = "of the result in pixels, with --height; 0 keeps the shape", .min = 0, .max = 16384, .group = pictures});
    visit(self.height, Option{.name = "height", .help = "of the result in pixels, with --width; 0 keeps the shape", .min = 0, .max = 16384, .group = pictures});
    visit(self.shorter_side, Option{.name = "shorter-side", .help = "scale larger pictures down to this without cutting them; 0 does not", .min = 0, .max = 16384, .group = pictures});
    visit(self.crop, Option{.name = "crop", .help = "what is kept where the shape differs: the middle, anywhere, where there is most to see, or all of it squeezed",
                            .choices = {"center", "random", "smart", "squeeze"}, .group = pictures});
    visit(self.channels, Option{.name = "channels", .help = "3 colour, 1 grey", .min = 1, .max = 3, .group = pictures});
    visit(self.smooth_edges, Option{.name = "smooth-edges", .help = "blur along edges: the counter-examples of AnimeGAN and CartoonGAN", .group = pictures});
    visit(self.seed, Option{.name = "seed", .help = "seed of random crops", .min = 0, .group = pictures, .letter = 's'});

    visit(self.captions, Option{.name = "captions", .help = "table of captions (.jsonl, .csv, .tsv) beside those found with the pictures", .group = known});
    visit(self.labels, Option{.name = "labels", .help = "where labels come from, tables aside: the names of subfolders, or nowhere", .choices = {"folders", "none"}, .group = known});
    visit(self.require_captions, Option{.name = "require-captions", .help = "refuse to go on where a picture has no caption", .group = known});
    visit(self.split, Option{.name = "split", .help = "of a folder with train/ and test/ in it, the one to take", .choices = {"", "train", "test"}, .group = known});

    visit(self.duplicates, Option{.name = "duplicates", .help = "leave out pictures whose hash is within so many of 64 bits of an earlier one; -1 keeps all", .min = -1, .max = 32, .group = left_out});
    visit(self.opt_out, Option{.name = "opt-out", .help = "file that lists pictures to leave out: names with * and ?, sha256:, dhash:, author:, licence:", .group = left_out});
    visit(self.licences, Option{.name = "licences", .help = "take only pictures under these licences (* and ? allowed)", .group = left_out});

    visit(self.report, Option{.name = "report", .help = "also write a page with thumbnails (.html)", .group = output, .recipe = false});
    // clang-format on
  }
};

// Pictures whose edges are blurred, into a folder: what cartoon networks are shown beside drawings as no drawings.
struct DatasetSmoothRequest {
  std::string source, output;
  int shorter_side = 256;
  double low = 100, high = 200;
  int dilation = 5;
  int blur = 5;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* edges = "Edges";
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "folder or zip of drawings", .positional = true});
    visit(self.output, Option{.name = "output", .help = "new folder for the smoothed ones, as PNG in the same order", .letter = 'o', .recipe = false});
    visit(self.shorter_side, Option{.name = "shorter-side", .help = "scale larger pictures down to this first, the size that training will see; 0 does not", .min = 0, .max = 16384});
    visit(self.low, Option{.name = "low", .help = "Canny's lower threshold, of the gradient |gx| + |gy| of values up to 255: weaker edges are none", .min = 0, .max = 2040, .group = edges});
    visit(self.high, Option{.name = "high", .help = "Canny's higher threshold: edges above it count, and weaker ones that touch them", .min = 0, .max = 2040, .group = edges});
    visit(self.dilation, Option{.name = "dilation", .help = "side of the square by which edges are widened, in pixels", .min = 1, .max = 99, .group = edges});
    visit(self.blur, Option{.name = "blur", .help = "taps of the Gaussian that blurs there, an odd number", .min = 3, .max = 99, .group = edges});
    // clang-format on
  }
};

// What a folder or zip of pictures holds, or any data set that can be trained on.
struct DatasetInspectRequest {
  std::string source;
  std::string split = "train";
  std::string captions;
  int duplicates = 4;
  std::string report;
  bool json = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* data = "Data";
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "folder or zip of pictures, packed shards, or a data set's name (mnist, idx:PATH, ...)", .group = data, .positional = true});
    visit(self.split, Option{.name = "split", .help = "which part, where the data has parts", .choices = {"train", "test"}, .group = data});
    visit(self.captions, Option{.name = "captions", .help = "table of captions (.jsonl, .csv, .tsv) beside those found with the pictures", .group = data});
    visit(self.duplicates, Option{.name = "duplicates", .help = "pictures are near-duplicates within so many of 64 bits; -1 does not look", .min = -1, .max = 32, .group = data});
    visit(self.report, Option{.name = "report", .help = "write a page with thumbnails (.html)", .group = "Output", .recipe = false});
    visit(self.json, Option{.name = "json", .help = "print JSON", .group = "Output", .recipe = false});
    // clang-format on
  }
};

// Any data set into packed shards, as it is.
struct DatasetPackRequest {
  std::string source, output;
  std::string split = "train";
  int64_t shard_megabytes = 512;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "a data set: a name, idx:PATH, cifar:PATH, procedural:KIND, a folder or zip of pictures", .positional = true});
    visit(self.output, Option{.name = "output", .help = "NAME.safetensors, or a new folder of shards", .letter = 'o', .recipe = false});
    visit(self.split, Option{.name = "split", .help = "which part, where the data has parts", .choices = {"train", "test"}});
    visit(self.shard_megabytes, Option{.name = "shard-megabytes", .help = "size of a shard in a folder", .min = 1, .max = 65536});
    // clang-format on
  }
};

// Near-duplicates among pictures, as a list that `--opt-out` takes.
struct DatasetDedupeRequest {
  std::string source;
  int distance = 4;
  std::string output;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "folder or zip of pictures", .positional = true});
    visit(self.distance, Option{.name = "distance", .help = "pictures are near-duplicates within so many of 64 bits", .min = 0, .max = 32});
    visit(self.output, Option{.name = "output", .help = "write the later ones of each group here, for --opt-out", .letter = 'o', .recipe = false});
    // clang-format on
  }
};

// Pictures named in a list, downloaded politely.
struct DatasetCollectRequest {
  std::string list, output;
  double pause = 1;
  int64_t most_megabytes = 64;
  bool ignore_robots = false;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.list, Option{.name = "list", .help = "URLs: a .txt with one per line, or .tsv, .csv, .jsonl with url and perhaps file, author, licence, caption, label", .positional = true});
    visit(self.output, Option{.name = "output", .help = "folder for the pictures and their metadata.jsonl; an earlier, broken run goes on there", .letter = 'o', .recipe = false});
    visit(self.pause, Option{.name = "pause", .help = "seconds between two requests to one server", .min = 0, .max = 3600});
    visit(self.most_megabytes, Option{.name = "most-megabytes", .help = "largest file that is taken", .min = 1, .max = 4096});
    visit(self.ignore_robots, Option{.name = "ignore-robots", .help = "do not ask servers for their robots.txt (only where they have allowed it)"});
    // clang-format on
  }
};

}  // namespace inkstone
