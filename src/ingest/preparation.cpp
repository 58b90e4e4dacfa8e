#include "ingest/preparation.hpp"

#include <algorithm>
#include <cmath>

#include "data/augment.hpp"
#include "data/draw_random.hpp"
#include "ingest/edge_smoothing.hpp"
#include "ingest/smart_crop.hpp"

namespace inkstone {
namespace {

Image cut(const Image& picture, int left, int top, Size size) {
  Image result(size.width, size.height, picture.channels);
  const auto row = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(picture.channels);
  for (int y = 0; y < size.height; ++y)
    std::copy_n(picture.pixels.begin() + ((static_cast<std::ptrdiff_t>(top) + y) * picture.width + left) * picture.channels, row,
                result.pixels.begin() + static_cast<std::ptrdiff_t>(row) * y);
  return result;
}

Image cropped(const Image& picture, const Preparation& wish, std::int64_t index) {
  double across = 0.5, along = 0.5;
  if (wish.crop == "random") {
    DrawRandom random(wish.seed, index);
    across = random.uniform(), along = random.uniform();
  } else if (wish.crop == "smart") {
    across = along = smart_place(picture, wish.size.width, wish.size.height);
  }
  const auto part = cover({picture.height, picture.width}, {wish.size.height, wish.size.width}, across, along);
  const Size whole{std::clamp(static_cast<int>(std::lround(part.width)), 1, picture.width),
                   std::clamp(static_cast<int>(std::lround(part.height)), 1, picture.height)};
  const int left = std::min(static_cast<int>(std::lround(part.left)), picture.width - whole.width);
  const int top = std::min(static_cast<int>(std::lround(part.top)), picture.height - whole.height);
  return resize(cut(picture, left, top, whole), wish.size.width, wish.size.height);
}

Image scaled_down(const Image& picture, int shorter_side) {
  const int shorter = std::min(picture.width, picture.height);
  if (shorter_side == 0 || shorter <= shorter_side) return picture;
  const auto side = [&](int length) {
    return static_cast<int>(std::lround(static_cast<double>(length) * shorter_side / shorter));
  };
  return resize(picture, side(picture.width), side(picture.height));
}

}  // namespace

Image prepared(const Image& picture, const Preparation& wish, std::int64_t index) {
  Image result;
  if (wish.size == Size{})
    result = scaled_down(picture, wish.shorter_side);
  else if (wish.crop == "squeeze")
    result = resize(picture, wish.size.width, wish.size.height);
  else
    result = cropped(picture, wish, index);
  return wish.smooth_edges ? smooth_edges(result, wish.edges) : result;
}

int enough_to_decode(Size picture, const Preparation& wish) {
  const int longest = std::max(picture.width, picture.height);
  double scale = 1;
  if (wish.size != Size{})
    scale = std::max(wish.size.width / double(picture.width), wish.size.height / double(picture.height));
  else if (wish.shorter_side > 0)
    scale = wish.shorter_side / double(std::min(picture.width, picture.height));
  // twice the size, so that scaling down twice costs no sharpness
  const double enough = std::ceil(2 * scale * longest);
  return enough < longest ? static_cast<int>(enough) : 0;
}

}  // namespace inkstone
