#include "studio/fine_picture.hpp"

#include <ATen/ATen.h>

#include "image/decode.hpp"
#include "image/resize.hpp"
#include "studio/style_pictures.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

bool is_grey(const at::Tensor& rgb) {
  const auto red = rgb.select(1, 0);
  return at::equal(red, rgb.select(1, 1)) && at::equal(red, rgb.select(1, 2));
}

// Rec. 601 luma in all three channels.
at::Tensor greyed(const at::Tensor& rgb) {
  const auto luma = 0.299 * rgb.select(1, 0) + 0.587 * rgb.select(1, 1) + 0.114 * rgb.select(1, 2);
  return luma.unsqueeze(1).expand(rgb.sizes());
}

}  // namespace

FinePicture load_fine(const std::filesystem::path& path) {
  FinePicture picture;
  const Image decoded = decode_image(path);
  picture.bits = probe_image(path).bits > 8 ? 16 : 8;
  picture.rgb = to_tensor(decoded).clamp_(0, 1);
  if (decoded.channels == 4) picture.alpha = alpha_of(decoded);
  picture.grey = is_grey(picture.rgb);
  return picture;
}

FinePicture resized(FinePicture picture, int64_t height, int64_t width) {
  if (picture.height() == height && picture.width() == width) return picture;
  FinePicture result;
  result.grey = picture.grey;
  result.bits = picture.bits;
  const bool alpha = picture.alpha.defined();
  const Image scaled = resize(to_picture(std::move(picture)), int(width), int(height));
  result.rgb = to_tensor(scaled);
  if (alpha) result.alpha = alpha_of(scaled);
  return result;
}

Image to_picture(FinePicture picture) {
  const auto alpha = picture.alpha;
  const bool grey = picture.grey;
  auto rgb = std::move(picture.rgb);
  Image image = to_image(grey ? greyed(rgb) : rgb);
  rgb.reset();
  return alpha.defined() ? with_alpha(image, alpha.clamp(0, 1).contiguous()) : image;
}

int output_bits(const std::string& wanted, const FinePicture& source) {
  return wanted == "auto" ? source.bits : wanted == "16" ? 16 : 8;
}

}  // namespace inkstone::studio
