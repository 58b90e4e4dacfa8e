#include "studio/source_picture.hpp"

#include <algorithm>
#include <cmath>

#include "image/decode.hpp"
#include "image/resize.hpp"

namespace inkstone::studio {

Image decode_at(const std::filesystem::path& path, int longer_side) {
  DecodeOptions options;
  options.fit_within = longer_side;
  const Image picture = decode_image(path, options);
  if (longer_side == 0) return picture;
  const double scale = double(longer_side) / std::max(picture.width, picture.height);
  const auto side = [&](int length) { return std::max(1, int(std::lround(length * scale))); };
  return resize(picture, side(picture.width), side(picture.height));
}

Image on_white(const Image& picture) {
  if (picture.channels < 4) return picture;
  Image rgb(picture.width, picture.height, 3);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c) rgb.at(x, y, c) = 1 - picture.at(x, y, 3) * (1 - picture.at(x, y, c));
  return rgb;
}

Image load_at(const std::filesystem::path& path, int longer_side) {
  return on_white(decode_at(path, longer_side));
}

}  // namespace inkstone::studio
