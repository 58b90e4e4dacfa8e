// What `inkstone annotate` finds out about pictures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace inkstone {

struct PictureTag {
  std::string name;
  double probability = 0;
};

struct PictureCaption {
  std::string text;        // empty: not asked for, or nothing to say
  double probability = 0;  // of this sentence among all
};

// Where it was taken, told from the probabilities of all tags.
struct PictureScene {
  std::string name, chinese;  // "seashore", "海边"
  double probability = 0;
};

struct PaletteColour {
  std::string name, hex;  // "dark olive green", "#556b2f"
  double share = 0;       // of the picture
};

struct PictureNotes {
  std::string name;    // path within the folder, or the file as it was named
  std::string reason;  // why it cannot be read; empty: it could, and the rest is filled
  int width = 0, height = 0;
  std::string format;  // "JPEG"
  std::vector<PictureTag> tags;
  std::vector<PictureScene> scenes;
  PictureCaption caption;
  std::vector<PaletteColour> colours;
  std::vector<std::string> words;                                         // "dark", "landscape format", "black and white"
  double brightness = 0, contrast = 0, sharpness = 0, colourfulness = 0;  // docs/annotate.md says of what
  std::string hash;                                                       // 16 hex digits
  std::string duplicate_of;                                               // an earlier picture that looks like it; empty: none
  int faces = -1;                                                         // -1: not looked for
};

struct AnnotationReport {
  std::vector<PictureNotes> pictures;          // by name
  std::vector<std::filesystem::path> outputs;  // files that were written
  bool stopped = false;                        // the observer asked to stop; what was noted until then is here
};

// As `inkstone annotate --format text` and `--format json` show it.
std::string annotation_text(const PictureNotes& notes);
std::string annotation_json(const AnnotationReport& report);
std::string annotation_json(const PictureNotes& notes);  // on one line

}  // namespace inkstone
