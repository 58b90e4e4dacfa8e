#include "studio/style_pictures.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/colour.hpp"
#include "image/decode.hpp"
#include "image/resize.hpp"
#include "inkstone/error.hpp"
#include "post/colour_match.hpp"
#include "studio/source_picture.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

void check_sides(const Image& content) {
  if (std::min(content.width, content.height) >= 32) return;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("the result would be {}x{}; both sides must be at least 32 pixels, so raise --size", content.width,
                          content.height));
}

at::Tensor load_exactly(const std::string& path, const Image& content) {
  return to_tensor(resize(on_white(decode_image(path)), content.width, content.height));
}

}  // namespace

NeuralStylePictures style_tensors(const StylizeRequest& request, const Image& photograph) {
  check_sides(photograph);
  NeuralStylePictures pictures;
  const int style_side = std::max(32, int(std::lround(request.size * request.style_scale)));
  const bool match = request.original_colors && request.color_mode == "match";
  for (const auto& style : request.style) {
    Image painting = load_at(style.value, style_side);
    if (match) painting = post::match_cholesky(painting, photograph);
    pictures.styles.push_back(to_tensor(painting).clamp(0, 1));
  }
  for (const auto& mask : request.style_masks) pictures.masks.push_back(load_exactly(mask.value, photograph).mean(1, true));
  return pictures;
}

StyleSources style_sources(const StylizeRequest& request, const Image& photograph) {
  StyleSources sources;
  sources.content = on_white(photograph);
  sources.tensors = style_tensors(request, sources.content);
  sources.tensors.content = to_tensor(sources.content);
  if (photograph.channels == 4) sources.alpha = alpha_of(photograph);
  if (request.init != "content" && request.init != "random") sources.tensors.init = load_exactly(request.init, sources.content);
  return sources;
}

Image with_chroma_of(const Image& painting, const Image& photograph) {
  Image mixed(painting.width, painting.height, 3);
  for (std::size_t i = 0; i + 2 < mixed.pixels.size(); i += 3) {
    auto yiq = rgb_to_yiq({photograph.pixels[i], photograph.pixels[i + 1], photograph.pixels[i + 2]});
    yiq[0] = rgb_to_yiq({painting.pixels[i], painting.pixels[i + 1], painting.pixels[i + 2]})[0];
    const auto rgb = yiq_to_rgb(yiq);
    for (int c = 0; c < 3; ++c) mixed.pixels[i + c] = std::clamp(rgb[c], 0.0f, 1.0f);
  }
  return mixed;
}

Image with_alpha(const Image& rgb, const at::Tensor& alpha) {
  Image mixed(rgb.width, rgb.height, 4);
  const float* opacity = alpha.data_ptr<float>();
  for (int y = 0; y < rgb.height; ++y)
    for (int x = 0; x < rgb.width; ++x) {
      for (int c = 0; c < 3; ++c) mixed.at(x, y, c) = rgb.at(x, y, c);
      mixed.at(x, y, 3) = opacity[std::size_t(y) * rgb.width + x];
    }
  return mixed;
}

}  // namespace inkstone::studio
