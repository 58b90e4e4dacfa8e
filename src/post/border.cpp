// The passe-partout is drawn as one sees it in a frame: board with a faint felt texture, a bevel cut at 45 degrees that shows
// the white core, lit from the top left, and the soft shadow that the board's edge throws on the picture.
#include <cmath>

#include "post/colour_name.hpp"
#include "post/finish.hpp"
#include "post/noise.hpp"

namespace inkstone::post {
namespace {

int mirrored(int i, int size) {
  if (size == 1) return 0;
  const int period = 2 * size;
  const int k = ((i % period) + period) % period;
  return k < size ? k : period - 1 - k;
}

Image mirror_border(const Image& picture, int margin) {
  Image result(picture.width + 2 * margin, picture.height + 2 * margin, picture.channels);
  parallel_rows(result.height, [&](int y) {
    for (int x = 0; x < result.width; ++x)
      for (int c = 0; c < picture.channels; ++c)
        result.at(x, y, c) = picture.at(mirrored(x - margin, picture.width), mirrored(y - margin, picture.height), c);
  });
  return result;
}

Image solid_border(const Image& picture, int margin, const Rgb& colour) {
  Image result(picture.width + 2 * margin, picture.height + 2 * margin, picture.channels);
  parallel_rows(result.height, [&](int y) {
    for (int x = 0; x < result.width; ++x) {
      const int px = x - margin, py = y - margin;
      const bool inside = px >= 0 && py >= 0 && px < picture.width && py < picture.height;
      for (int c = 0; c < picture.channels; ++c) result.at(x, y, c) = inside ? picture.at(px, py, c) : c < 3 ? colour[c] : 1.0f;
    }
  });
  return result;
}

Rgb scaled(const Rgb& c, float k) {
  return {c[0] * k, c[1] * k, c[2] * k};
}

class Mat {
 public:
  Mat(const Image& picture, int margin, const Rgb& colour, std::uint64_t seed)
      : picture_(picture),
        margin_(margin),
        colour_(colour),
        seed_(seed),
        bevel_(std::max(1.0f, margin * 0.035f)),
        shadow_(std::max(1.0f, margin * 0.10f)) {}

  Rgb colour_at(int x, int y) const {
    const int px = x - margin_, py = y - margin_;
    if (px >= 0 && py >= 0 && px < picture_.width && py < picture_.height) return shaded_picture(px, py);
    const float right = static_cast<float>(px - picture_.width + 1), below = static_cast<float>(py - picture_.height + 1);
    const float outside_x = std::max<float>(-px, right), outside_y = std::max<float>(-py, below);
    if (std::max(outside_x, outside_y) <= bevel_) return bevel(outside_x >= outside_y ? (right > 0) : (below > 0));
    return board(x, y);
  }

 private:
  // Light from the top left: the top and left edges throw the shadow.
  Rgb shaded_picture(int px, int py) const {
    const float near = std::min<float>(px, py);
    const float shade = 0.38f * std::exp(-near / shadow_);
    return scaled(rgb_at(picture_, px, py), 1 - shade);
  }
  Rgb bevel(bool faces_light) const { return scaled({0.985f, 0.975f, 0.955f}, faces_light ? 1.0f : 0.86f); }
  Rgb board(int x, int y) const {
    const float felt = fractal_noise(seed_, x * 0.35f, y * 0.35f, 3) - 0.5f;
    const float cloud = fractal_noise(seed_ + 11, x * 0.01f, y * 0.01f, 2) - 0.5f;
    return scaled(colour_, 0.99f + 0.045f * felt + 0.02f * cloud);
  }

  const Image& picture_;
  int margin_;
  Rgb colour_;
  std::uint64_t seed_;
  float bevel_, shadow_;
};

Image mat_border(const Image& picture, int margin, const Rgb& colour, std::uint64_t seed) {
  Image result = solid_border(picture, margin, colour);
  const Mat mat(picture, margin, colour, seed);
  parallel_rows(result.height, [&](int y) {
    for (int x = 0; x < result.width; ++x) set_rgb(result, x, y, mat.colour_at(x, y));
  });
  return result;
}

}  // namespace

void BorderOptions::validate() const {
  parse_colour(colour);
}

Image border(const Image& picture, const BorderOptions& options, std::uint64_t seed) {
  const double side = std::min(picture.width, picture.height);
  const int margin = static_cast<int>(std::lround(side * options.width / 100));
  if (margin == 0) return picture;
  if (options.style == "mirror") return mirror_border(picture, margin);
  const Rgb colour = parse_colour(options.colour);
  return options.style == "solid" ? solid_border(picture, margin, colour) : mat_border(picture, margin, colour, seed);
}

}  // namespace inkstone::post
