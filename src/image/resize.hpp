// Pictures to another size, the way light mixes: Lanczos resampling in linear light with premultiplied alpha, so
// that fine texture keeps its brightness and transparent pixels bleed no colour.
#pragma once

#include "image/row_resampler.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

// The largest size of the same shape whose sides are at most longest_side; never larger than size itself, never
// below one pixel. longest_side 0: size as it is.
Size fit_within(Size size, int longest_side);

// Exactly width x height, up or down. The same size gives the same pixels. Throws bad_argument for sizes below 1.
Image resize(const Image& image, int width, int height);

// As resize, fed one encoded row at a time; for a picture that is read in strips.
class LinearLightResizer {
 public:
  LinearLightResizer(Size source, Size result, int channels);
  void push(const float* encoded_row);
  Image finish();

 private:
  Size source_, result_;
  int channels_;
  RowResampler rows_;
  std::vector<float> light_;
};

}  // namespace inkstone
