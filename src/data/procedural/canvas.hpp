// A canvas in linear light, held at several samples per pixel and developed into 8-bit sRGB at the end.
// Places are given in canvas units: y from 0 at the top to 1 at the bottom, x from 0 to aspect(), so that a composition
// is the same at every size.
#pragma once

#include <cstdint>
#include <vector>

#include "data/procedural/colour.hpp"
#include "data/procedural/geometry.hpp"
#include "data/procedural/rows.hpp"

namespace inkstone::procedural {

enum class Tone {
  plain,   // clip at 1
  filmic,  // roll highlights off (fit of the ACES curve: K. Narkowicz 2015), for scenes with lights
};

class Canvas {
 public:
  // samples: along one side of a pixel; fewer where the canvas would pass 24 million samples.
  Canvas(int width, int height, int samples);

  int columns() const { return columns_; }  // in samples
  int rows() const { return rows_; }
  double aspect() const { return static_cast<double>(width_) / height_; }
  double pixel() const { return 1.0 / height_; }  // side of a pixel of the picture, in canvas units
  double sample() const { return 1.0 / rows_; }
  bool contains(int column, int row) const { return column >= 0 && row >= 0 && column < columns_ && row < rows_; }

  Rgb& at(int column, int row) { return samples_[static_cast<std::size_t>(row) * columns_ + column]; }
  const Rgb& at(int column, int row) const { return samples_[static_cast<std::size_t>(row) * columns_ + column]; }

  // Lays colour over the sample with opacity alpha in [0,1].
  void over(int column, int row, Rgb colour, double alpha) {
    Rgb& here = at(column, row);
    here = mix(here, colour, alpha);
  }

  // colour_at(x, y) at the centre of every sample; called from several threads.
  template <class Shader>
  void shade(const Shader& colour_at) {
    for_rows(rows_, columns_, [&](int row) {
      for (int column = 0; column < columns_; ++column)
        at(column, row) = colour_at((column + 0.5) * sample(), (row + 0.5) * sample());
    });
  }

  // colour_at(x, y, colour so far)
  template <class Shader>
  void reshade(const Shader& colour_at) {
    for_rows(rows_, columns_, [&](int row) {
      for (int column = 0; column < columns_; ++column)
        at(column, row) = colour_at((column + 0.5) * sample(), (row + 0.5) * sample(), at(column, row));
    });
  }

  // uint8 planes [3,H,W], each pixel the mean of its samples after the tone curve, dithered by less than one step.
  std::vector<std::uint8_t> develop(Tone tone) const;

 private:
  Rgb pixel_mean(int x, int y, Tone tone) const;

  int width_, height_, scale_, columns_, rows_;
  std::vector<Rgb> samples_;
};

// Adds to every sample the light above `threshold`, spread over about `radius` canvas units.
void bloom(Canvas& canvas, double threshold, double radius, double amount);

// Darkens towards the corners: 0 nothing, 1 black.
void vignette(Canvas& canvas, double amount);

}  // namespace inkstone::procedural
