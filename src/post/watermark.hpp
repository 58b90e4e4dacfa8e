// An invisible mark that says in the pixels what made the picture, as Stable Diffusion's own scripts put it there: the bits are
// read by the decoder of the Python package invisible-watermark (method dwtDct), and its marks are read here. Meant for telling,
// not for proving: saving as JPEG of good quality keeps it, resizing or cropping does not.
#pragma once

#include <string>

#include "inkstone/image.hpp"
#include "inkstone/option.hpp"

namespace inkstone::post {

// Bit k mod n of the text (of each byte the highest first) stands in block k. A block is 4x4 coefficients of the first Haar
// approximation of U (8x8 pixels, U in bytes, BT.601). Of its coefficients but the first, the one of largest magnitude is moved
// to the nearest value whose remainder modulo 36 is 9 for a 0 and 27 for a 1, and not under the next largest.
struct WatermarkOptions {
  std::string text = "StableDiffusionV1";
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.text, Option{.name = "text", .help = "what the mark says, at most 64 bytes; who reads it must know how many"});
  }
  // Throws bad_argument for an empty text or a long one.
  void validate() const;
};

// A picture too small to hold every bit three times is marked as far as it goes; its mark cannot be read.
Image watermark(const Image& picture, const WatermarkOptions& options);

// The `bytes` bytes that the blocks say, by majority; noise where there is no mark. Throws bad_argument for a picture too small.
std::string read_watermark(const Image& picture, int bytes);

}  // namespace inkstone::post
