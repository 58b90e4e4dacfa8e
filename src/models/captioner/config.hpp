// Sizes of the network that says what a picture shows: a convolutional encoder and a transformer that writes while it looks.
#pragma once

#include <cstdint>

namespace inkstone::captioner {

struct CaptionerConfig {
  int64_t channels = 3, height = 64, width = 64;  // of the picture; at least 8 a side
  int64_t strokes = 32;                           // channels of the first convolution; twice and four times as many deeper
  int64_t features = 128, depth = 2, heads = 4;   // of the decoder; heads divide the features
  int64_t length = 32;                            // most tokens of a caption, its end among them
  int64_t vocabulary = 0;                         // tokens that may be said
  double dropout = 0;                             // of what each layer of the decoder adds, while it trains

  int64_t rows() const { return eighth(height); }
  int64_t columns() const { return eighth(width); }

 private:
  static int64_t eighth(int64_t side) { return (side + 7) / 8; }
};

}  // namespace inkstone::captioner
