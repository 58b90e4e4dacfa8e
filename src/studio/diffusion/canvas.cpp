#include "studio/diffusion/canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/decode.hpp"
#include "image/resize.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

[[noreturn]] void refuse_canvas(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, what);
}

int64_t to_multiple(double length, int64_t of) {
  return std::max<int64_t>(of * 8, int64_t(std::lround(length / double(of))) * of);
}

int64_t up_to(int64_t length, int64_t unit) {
  return (length + unit - 1) / unit * unit;
}

// The size asked for; else that of the picture to start from, as large as the model paints; else the model's.
sd::PictureExtent extent_of(const PaintRequest& request, const sd::PictureExtent& native, int64_t unit, const Image& init) {
  sd::PictureExtent extent = native;
  if (init.width > 0) {
    const double scale = std::min(1.0, std::sqrt(double(native.width * native.height) / (double(init.width) * init.height)));
    extent = {to_multiple(init.width * scale, unit), to_multiple(init.height * scale, unit)};
  }
  if (request.width > 0) extent.width = request.width;
  if (request.height > 0) extent.height = request.height;
  return extent;
}

Image resized(const Image& picture, const sd::PictureExtent& extent) {
  if (picture.width == extent.width && picture.height == extent.height) return picture;
  return resize(picture, int(extent.width), int(extent.height));
}

at::Tensor blurred(const at::Tensor& mask, double deviation) {
  return deviation > 0 ? gaussian_blurred(mask, deviation, int64_t(std::ceil(3 * deviation))) : mask;
}

at::Tensor brightness_of(const Image& picture) {
  return to_tensor(picture).mean({1}, true);
}

// Undefined where there is none.
Image mask_picture(const PaintRequest& request, const Image& init) {
  if (request.mask.empty()) return {};
  if (init.empty()) refuse_canvas("--mask says what to paint anew in a picture; give the picture with --init-img");
  auto mask = decode_image(request.mask.value);
  if (mask.width != init.width || mask.height != init.height)
    refuse_canvas(fmt::format("the mask is {}x{} and the picture {}x{}; they must have the same size", mask.width, mask.height,
                              init.width, init.height));
  if (request.invert_mask)
    for (float& value : mask.pixels) value = 1 - value;
  return mask;
}

// Left, right, top, bottom.
std::array<int, 4> sides_of(const PaintRequest& request) {
  const auto& given = request.outpaint;
  if (given.size() == 1) return {given[0], given[0], given[0], given[0]};
  if (given.size() == 4) return {given[0], given[1], given[2], given[3]};
  refuse_canvas("--outpaint takes four numbers, left,right,top,bottom, or one for all sides");
}

// What a mirror at each edge shows, so that colours go on beyond it.
Image with_room(const Image& picture, const Canvas::Box& room) {
  const auto mirrored = [](int i, int size) {
    const int period = 2 * size, place = ((i % period) + period) % period;
    return place < size ? place : period - 1 - place;
  };
  Image large(room.width, room.height, 3);
  for (int y = 0; y < large.height; ++y)
    for (int x = 0; x < large.width; ++x)
      for (int c = 0; c < 3; ++c)
        large.at(x, y, c) = picture.at(mirrored(x - room.left, picture.width), mirrored(y - room.top, picture.height), c);
  return large;
}

// 1 beyond the picture, 0 in it.
at::Tensor beyond(const Image& picture, const Canvas::Box& room) {
  auto mask = at::ones({1, 1, room.height, room.width});
  mask.narrow(2, room.top, picture.height).narrow(3, room.left, picture.width).zero_();
  return mask;
}

// The new room, soft into the picture, so that both meet without a line; its colours without the mirror's forms.
Canvas with_room_to_paint(const PaintRequest& request, const Image& init, const Image& mask, int64_t unit) {
  if (request.width > 0 || request.height > 0) refuse_canvas("--outpaint makes the size itself; leave --width and --height out");
  const auto [left, right, top, bottom] = sides_of(request);
  Canvas canvas;
  canvas.first = {init.width, init.height};
  canvas.cut = {0, 0, init.width + left + right, init.height + top + bottom};
  canvas.extent = {up_to(canvas.cut.width, unit), up_to(canvas.cut.height, unit)};
  canvas.room = {left, top, int(canvas.extent.width), int(canvas.extent.height)};
  const auto fresh = beyond(init, canvas.room);
  const auto large = to_tensor(with_room(init, canvas.room));
  canvas.picture = (large + fresh * (blurred(large, 12) - large)) * 2 - 1;
  const int64_t soft = request.mask_blur;
  const auto wide = soft > 0 ? at::max_pool2d(fresh, {2 * soft + 1, 2 * soft + 1}, {1, 1}, {soft, soft}) : fresh;
  canvas.mask = at::maximum(blurred(wide, soft / 2.0), fresh);
  if (!mask.empty())
    canvas.mask = at::maximum(canvas.mask, blurred(brightness_of(with_room(mask, canvas.room)) * (1 - fresh), soft / 2.0));
  return canvas;
}

// Around what is white, with its padding, in the proportions of what is painted, inside the picture.
Canvas::Box box_around(const at::Tensor& mask, int padding, const sd::PictureExtent& extent) {
  const auto places = at::nonzero(mask.select(0, 0).select(0, 0) > 0.5);
  if (places.size(0) == 0) refuse_canvas("the mask has nothing white, so there is nothing to paint");
  const int height = int(mask.size(2)), width = int(mask.size(3));
  const auto first = std::get<0>(places.min(0)), last = std::get<0>(places.max(0));
  const auto at = [](const at::Tensor& t, int64_t i) { return int(t[i].item<int64_t>()); };
  const auto grown = [](int low, int high, int wanted, int size) {  // [low, high) to the length wanted, as far as there is room
    wanted = std::min(std::max(wanted, high - low), size);
    low = std::clamp(low - (wanted - (high - low)) / 2, 0, size - wanted);
    return std::pair(low, wanted);
  };
  const int x0 = std::max(0, at(first, 1) - padding), x1 = std::min(width, at(last, 1) + 1 + padding);
  const int y0 = std::max(0, at(first, 0) - padding), y1 = std::min(height, at(last, 0) + 1 + padding);
  const double shape = double(extent.width) / double(extent.height);
  const auto [left, wide] = grown(x0, x1, int(std::lround((y1 - y0) * shape)), width);
  const auto [top, high] = grown(y0, y1, int(std::lround((x1 - x0) / shape)), height);
  return {left, top, wide, high};
}

Image cut_out(const Image& picture, const Canvas::Box& box) {
  Image part(box.width, box.height, picture.channels);
  for (int y = 0; y < box.height; ++y)
    for (int x = 0; x < box.width; ++x)
      for (int c = 0; c < part.channels; ++c) part.at(x, y, c) = picture.at(box.left + x, box.top + y, c);
  return part;
}

Canvas around_mask(const PaintRequest& request, const sd::PictureExtent& native, const Image& init, const Image& mask) {
  if (mask.empty()) refuse_canvas("--only-masked paints around a mask; give one with --mask");
  Canvas canvas;
  canvas.extent = {request.width > 0 ? request.width : native.width, request.height > 0 ? request.height : native.height};
  const auto hard = brightness_of(mask);
  canvas.cut = box_around(hard, request.masked_padding, canvas.extent);
  canvas.first = {init.width, init.height};
  canvas.whole = init;
  canvas.feather = blurred(hard, request.mask_blur / 2.0);
  canvas.picture = to_tensor(canvas.framed(init)) * 2 - 1;
  canvas.mask = at::adaptive_avg_pool2d(
      canvas.feather.narrow(2, canvas.cut.top, canvas.cut.height).narrow(3, canvas.cut.left, canvas.cut.width),
      {canvas.extent.height, canvas.extent.width});
  return canvas;
}

}  // namespace

Image Canvas::framed(const Image& given) const {
  if (room.width > 0) return with_room(resized(given, first), room);
  if (whole.empty()) return resized(given, extent);
  return resized(cut_out(resized(given, first), cut), extent);
}

Image Canvas::finished(const Image& painted) const {
  if (room.width > 0) return cut_out(painted, cut);
  if (whole.empty()) return painted;
  auto result = to_tensor(whole);
  const auto part = to_tensor(resize(painted, cut.width, cut.height));
  auto place = result.narrow(2, cut.top, cut.height).narrow(3, cut.left, cut.width);
  const auto mask = feather.narrow(2, cut.top, cut.height).narrow(3, cut.left, cut.width);
  place.add_(mask * (part - place));
  return to_image(result);
}

Canvas canvas_of(const PaintRequest& request, const sd::PictureExtent& native, int64_t unit) {
  const Image init = request.init.empty() ? Image() : decode_image(request.init.value);
  const Image mask = mask_picture(request, init);
  if (!request.outpaint.empty()) {
    if (init.empty()) refuse_canvas("--outpaint goes beyond the sides of a picture; give the picture with --init-img");
    if (request.only_masked) refuse_canvas("--outpaint and --only-masked exclude each other; give one of them");
    return with_room_to_paint(request, init, mask, unit);
  }
  if (request.only_masked) return around_mask(request, native, init, mask);
  Canvas canvas;
  canvas.first = {init.width, init.height};
  canvas.extent = extent_of(request, native, unit, init);
  if (!init.empty()) canvas.picture = to_tensor(resized(init, canvas.extent)) * 2 - 1;
  if (!mask.empty()) canvas.mask = blurred(brightness_of(resized(mask, canvas.extent)), request.mask_blur / 2.0);
  return canvas;
}

}  // namespace inkstone::studio
