// Pictures described: what is in them, their colours, how bright and sharp they are, which are alike.
#pragma once

#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct AnnotateRequest {
  std::string source;
  std::string output;

  int tags = 5;
  double threshold = 0.05;
  bool caption = false;
  std::string caption_language = "english";
  int colours = 5;
  int duplicates = 4;
  bool faces = false;
  bool blur_faces = false;
  std::string cascade;

  std::string format = "text";

  ModelRef model = {"resnet50-imagenet"};
  ModelRef clip;
  std::vector<std::string> labels;
  ModelRef caption_model;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What is noted";
    const char* output = "Output";
    // clang-format off
    visit(self.source, Option{.name = "source", .help = "picture, folder or zip of pictures", .group = what, .positional = true});
    visit(self.tags, Option{.name = "tags", .help = "most tags of one picture; 0 looks for none", .min = 0, .max = 100, .group = what});
    visit(self.threshold, Option{.name = "threshold", .help = "least probability of a tag", .min = 0, .max = 1, .group = what});
    visit(self.caption, Option{.name = "caption", .help = "say in a sentence what a drawing shows, with the sentence's probability", .group = what});
    visit(self.caption_language, Option{.name = "caption-language", .help = "of the caption", .choices = {"english", "chinese"}, .group = what});
    visit(self.colours, Option{.name = "colors", .help = "most colours of one picture; 0 looks for none", .min = 0, .max = 16, .group = what, .aliases = {"colours"}});
    visit(self.duplicates, Option{.name = "duplicates", .help = "pictures are near-duplicates within so many of 64 bits; -1 does not look", .min = -1, .max = 32, .group = what});
    visit(self.faces, Option{.name = "faces", .help = "count faces that look at the camera (needs Debian's opencv-data, or --cascade)", .group = what});
    visit(self.blur_faces, Option{.name = "blur-faces", .help = "write copies whose faces are blurred into the folder --output", .group = what});
    visit(self.cascade, Option{.name = "cascade", .help = "face detector: a cascade of Haar features in OpenCV's XML", .group = what});

    visit(self.format, Option{.name = "format", .help = "text, json or jsonl on standard output or in --output; sidecar: PICTURE.txt with the tags, as `inkstone dataset` reads captions; sidecar-json; xmp: keywords in the files themselves, or in copies in --output",
                              .choices = {"text", "json", "jsonl", "sidecar", "sidecar-json", "xmp"}, .group = output});
    visit(self.output, Option{.name = "output", .help = "file for text, json and jsonl, folder for everything else", .group = output, .letter = 'o', .recipe = false});
    visit(self.model, Option{.name = "model", .help = "network of the tags, by catalogue name or file", .group = "Network", .letter = 'm'});
    visit(self.clip, Option{.name = "clip", .help = "folder of a CLIP model, or a run of the family contrastive, which tags with --labels in place of the network's own classes", .group = "Network"});
    visit(self.labels, Option{.name = "labels", .help = "words to choose from, for --clip: red fox,city at night", .group = "Network"});
    visit(self.caption_model, Option{.name = "caption-model", .help = "file or run of a captioner of one's own (inkstone train captioner), in place of the one that comes with the program", .group = "Network"});
    // clang-format on
  }
};

}  // namespace inkstone
