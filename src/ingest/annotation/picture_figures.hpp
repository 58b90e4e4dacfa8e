// How bright, contrasty, sharp and colourful a picture is, as numbers, and the words that a person would use.
#pragma once

#include <string>
#include <vector>

#include "inkstone/image.hpp"

namespace inkstone {

struct PictureFigures {
  double brightness = 0;  // mean of CIE L*, 0 to 100
  double contrast = 0;    // standard deviation of L*
  double sharpness = 0;   // variance of the Laplacian of luma in 0-255, the longer side at 512 pixels: under about 80 looks soft
  double colourfulness =
      0;  // M of Hasler and Suesstrunk, "Measuring colourfulness in natural images" (2003): 0 grey, 15 slight, 82 extreme
  double warmth = 0;  // mean of b*: positive is yellow, negative blue
};

// Alpha is left out of account. Pictures under 3 pixels have no sharpness.
PictureFigures picture_figures(const Image& picture);

// "landscape format", "dark", "black and white", "soft": what holds for a picture of this size.
std::vector<std::string> words_for(const PictureFigures& figures, int width, int height);

}  // namespace inkstone
