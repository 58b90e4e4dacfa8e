// What each word of a prompt did in a picture, as a person sees it: the picture, and for each word a copy that glows where it was
// looked at.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/image.hpp"

namespace inkstone::studio {

struct WordTrace {
  std::string word;
  at::Tensor map;          // float32 [h,w]: the share of its attention that each place gave the word
  double share = 0;        // its mean
  at::Tensor effect = {};  // float32 [h,w]: how much the picture would differ without the word; or undefined
};

// A word's trace over the picture, longer side `side` pixels. Cold is where the word was looked at no more than everywhere, hot
// where most.
Image word_overlay(const Image& picture, const at::Tensor& map, int side);

// Pictures of one size in rows, each with its line under it; rows may be of different lengths.
struct Labelled {
  Image picture;
  std::string label;
};
Image labelled_sheet(const std::vector<std::vector<Labelled>>& rows);

}  // namespace inkstone::studio
