// Pictures whose edges have lost their sharpness, the third kind of picture that CartoonGAN and AnimeGAN train on: Canny
// edges, widened, and a Gaussian blur there alone. Chen, Lai and Liu, CVPR 2018, section 3.2; Canny, PAMI 1986.
#pragma once

#include <cstdint>
#include <vector>

#include "inkstone/image.hpp"

namespace inkstone {

struct EdgeSmoothing {
  float low = 100, high = 200;  // thresholds of the Sobel gradient |gx| + |gy|, for values up to 255
  int dilation = 5;             // side of the square by which edges are widened, in pixels
  int blur = 5;                 // taps of the Gaussian, odd; sigma as OpenCV derives it from them
};

// One byte per pixel: 1 on an edge.
std::vector<std::uint8_t> canny_edges(const Image& picture, float low, float high);

Image smooth_edges(const Image& picture, const EdgeSmoothing& settings = {});

}  // namespace inkstone
