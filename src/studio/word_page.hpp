// Why this picture, as a page of its own: the picture, what each word did where, on the whole and part by part of the walk, and
// the training pictures that are nearest. Everything is inside the file.
#pragma once

#include <string>
#include <vector>

#include "studio/nearest_training.hpp"
#include "studio/word_sheet.hpp"

namespace inkstone::studio {

struct WordPage {
  std::string prompt, settings;  // settings: one line on model and seed
  Image picture;
  std::vector<WordTrace> words;
  std::vector<Labelled> overlays;            // one for each word
  std::vector<Labelled> effects;             // the same, of what would differ without it; or none
  std::vector<std::vector<Labelled>> parts;  // of the walk: a row for each, with a picture for each word; or none
  NearestTraining nearest;
};

// UTF-8.
std::string html_of(const WordPage& page);

}  // namespace inkstone::studio
