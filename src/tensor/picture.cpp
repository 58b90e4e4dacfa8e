#include "tensor/picture.hpp"

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// [H,W,C] view of the picture's pixels.
at::Tensor pixels_of(const Image& image) {
  return at::from_blob(const_cast<float*>(image.pixels.data()), {image.height, image.width, image.channels}, at::kFloat);
}

}  // namespace

at::Tensor to_tensor(const Image& image) {
  if (image.empty()) throw Error(ErrorCategory::bad_argument, "the picture is empty");
  return pixels_of(image).narrow(2, 0, 3).permute({2, 0, 1}).unsqueeze(0).contiguous();
}

at::Tensor alpha_of(const Image& image) {
  if (image.channels < 4) return at::ones({1, 1, image.height, image.width});
  return pixels_of(image).narrow(2, 3, 1).permute({2, 0, 1}).unsqueeze(0).contiguous();
}

Image to_image(const at::Tensor& rgb) {
  const auto chw = rgb.dim() == 4 ? rgb.squeeze(0) : rgb;
  const auto hwc = chw.detach().to(at::kCPU, at::kFloat).clamp(0, 1).permute({1, 2, 0}).contiguous();
  Image image(static_cast<int>(hwc.size(1)), static_cast<int>(hwc.size(0)), 3);
  std::copy_n(hwc.data_ptr<float>(), image.pixels.size(), image.pixels.begin());
  return image;
}

at::Tensor resize(const at::Tensor& picture, int64_t height, int64_t width) {
  if (picture.size(2) == height && picture.size(3) == width) return picture;
  return at::_upsample_bicubic2d_aa(picture.contiguous(), {height, width}, false);
}

at::Tensor gaussian_blurred(const at::Tensor& x, double deviation, int64_t radius) {
  const auto weights = (at::arange(-radius, radius + 1, at::kFloat).square() / (-2 * deviation * deviation)).exp();
  const auto row = (weights / weights.sum()).view({1, 1, 1, -1});
  const auto planes = x.reshape({-1, 1, x.size(2), x.size(3)});
  const auto padded = at::replication_pad2d(planes, {radius, radius, radius, radius});
  return at::conv2d(at::conv2d(padded, row), row.transpose(2, 3)).view(x.sizes());
}

}  // namespace inkstone
