#include "data/resample.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>

namespace inkstone {
namespace {

// Keys 1981 with a = -1/2.
double catmull_rom(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

// The weights of the source samples behind each result sample of one axis.
struct Taps {
  struct Row {
    int64_t first;
    std::vector<float> weights;
  };
  std::vector<Row> rows;
};

Taps taps_of(double start, double length, int64_t source, int64_t result) {
  const double scale = length / static_cast<double>(result), filter = std::max(scale, 1.0);
  Taps taps;
  for (int64_t i = 0; i < result; ++i) {
    const double centre = start + (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<int64_t>(0, std::llround(std::ceil(centre - 2 * filter - 0.5)));
    const auto last = std::min<int64_t>(source - 1, std::llround(std::floor(centre + 2 * filter - 0.5)));
    std::vector<float> weights;
    double sum = 0;
    for (int64_t s = first; s <= last; ++s) sum += catmull_rom((static_cast<double>(s) + 0.5 - centre) / filter);
    for (int64_t s = first; s <= last; ++s)
      weights.push_back(static_cast<float>(catmull_rom((static_cast<double>(s) + 0.5 - centre) / filter) / sum));
    taps.rows.push_back({first, std::move(weights)});
  }
  return taps;
}

// One plane: rows [first_row, first_row + height) of the source to result width.
void across(const uint8_t* source, int64_t source_width, int64_t height, const Taps& taps, float* result) {
  const auto width = static_cast<int64_t>(taps.rows.size());
  for (int64_t y = 0; y < height; ++y) {
    const uint8_t* row = source + y * source_width;
    for (int64_t x = 0; x < width; ++x) {
      const auto& tap = taps.rows[x];
      float sum = 0;
      for (std::size_t k = 0; k < tap.weights.size(); ++k)
        sum += tap.weights[k] * static_cast<float>(row[tap.first + static_cast<int64_t>(k)]);
      result[y * width + x] = sum;
    }
  }
}

void down(const float* source, int64_t width, int64_t first_row, const Taps& taps, float* result) {
  for (std::size_t y = 0; y < taps.rows.size(); ++y) {
    float* row = result + static_cast<int64_t>(y) * width;
    std::fill_n(row, width, 0.0f);
    const auto& tap = taps.rows[y];
    for (std::size_t k = 0; k < tap.weights.size(); ++k) {
      const float* from = source + (tap.first + static_cast<int64_t>(k) - first_row) * width;
      for (int64_t x = 0; x < width; ++x) row[x] += tap.weights[k] * from[x];
    }
  }
}

bool is_whole_pixels(const Rectangle& r, PictureSize size) {
  return r.height == static_cast<double>(size.height) && r.width == static_cast<double>(size.width) &&
         r.top == std::floor(r.top) && r.left == std::floor(r.left);
}

at::Tensor cut(const at::Tensor& picture, const Rectangle& r, PictureSize size) {
  at::Tensor result = at::empty({picture.size(0), size.height, size.width}, at::kFloat);
  const auto* pixels = picture.data_ptr<uint8_t>();
  auto* out = result.data_ptr<float>();
  const auto top = static_cast<int64_t>(r.top), left = static_cast<int64_t>(r.left);
  for (int64_t c = 0; c < picture.size(0); ++c)
    for (int64_t y = 0; y < size.height; ++y, out += size.width)
      std::copy_n(pixels + (c * picture.size(1) + top + y) * picture.size(2) + left, size.width, out);
  return result;
}

void mirror(const at::Tensor& picture) {
  auto* row = picture.data_ptr<float>();
  const int64_t width = picture.size(2), rows = picture.numel() / std::max<int64_t>(width, 1);
  for (int64_t y = 0; y < rows; ++y, row += width) std::reverse(row, row + width);
}

at::Tensor scaled(const at::Tensor& picture, const Rectangle& r, PictureSize size) {
  const int64_t channels = picture.size(0), height = picture.size(1), width = picture.size(2);
  const Taps columns = taps_of(r.left, r.width, width, size.width), rows = taps_of(r.top, r.height, height, size.height);
  const int64_t first_row = rows.rows.front().first;
  const int64_t end_row = rows.rows.back().first + static_cast<int64_t>(rows.rows.back().weights.size());
  at::Tensor result = at::empty({channels, size.height, size.width}, at::kFloat);
  std::vector<float> narrow(static_cast<std::size_t>((end_row - first_row) * size.width));
  for (int64_t c = 0; c < channels; ++c) {
    across(picture.data_ptr<uint8_t>() + (c * height + first_row) * width, width, end_row - first_row, columns, narrow.data());
    down(narrow.data(), size.width, first_row, rows, result.data_ptr<float>() + c * size.height * size.width);
  }
  return result;
}

}  // namespace

at::Tensor resampled(const at::Tensor& picture, const Rectangle& rectangle, PictureSize size, bool mirrored) {
  const auto source = picture.contiguous();
  const auto result = is_whole_pixels(rectangle, size) ? cut(source, rectangle, size) : scaled(source, rectangle, size);
  if (mirrored) mirror(result);
  return result;
}

}  // namespace inkstone
