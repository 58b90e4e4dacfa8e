// A picture in memory: what every task takes and gives.
#pragma once

#include <cstddef>
#include <vector>

namespace inkstone {

// Rows top to bottom, pixels left to right, channels interleaved: pixels[(y * width + x) * channels + c].
// channels is 3 (RGB) or 4 (RGB and straight alpha). Values are sRGB-encoded in [0,1]; 8-bit v is exactly v/255.
struct Image {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<float> pixels;

  Image() = default;
  Image(int w, int h, int c) : width(w), height(h), channels(c), pixels(std::size_t(w) * h * c) {}

  bool empty() const { return pixels.empty(); }
  float& at(int x, int y, int c) { return pixels[(std::size_t(y) * width + x) * channels + c]; }
  float at(int x, int y, int c) const { return pixels[(std::size_t(y) * width + x) * channels + c]; }
};

}  // namespace inkstone
