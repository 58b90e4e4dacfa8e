// A picture as tasks take and give it that must lose nothing on the way: its depth, its alpha, and that it is grey.
#pragma once

#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

#include "inkstone/studio.hpp"

namespace inkstone::studio {

struct FinePicture {
  at::Tensor rgb;    // float32 [1,3,H,W] in [0,1]
  at::Tensor alpha;  // [1,1,H,W]; undefined where there is none
  bool grey = false;
  int bits = 8;  // of the file, 8 or 16

  int64_t height() const { return rgb.size(2); }
  int64_t width() const { return rgb.size(3); }
};

// Throws as decode_image does.
FinePicture load_fine(const std::filesystem::path& path);

// The picture at another size: Lanczos in linear light, alpha with it.
FinePicture resized(FinePicture picture, int64_t height, int64_t width);

// As Image; a grey source gives a grey picture, whatever tint a network gave it. Takes the tensors apart, so that a large picture
// is in memory once.
Image to_picture(FinePicture picture);

// Bits to write: wanted "8", "16", or "auto": as the source.
int output_bits(const std::string& wanted, const FinePicture& source);

}  // namespace inkstone::studio
