#include "post/watermark.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "post/plane.hpp"

namespace inkstone::post {
namespace {

constexpr int kLongest = 64, kCopies = 3;
constexpr int kSide = 4, kBlockPixels = 2 * kSide;                                         // coefficients, pixels
constexpr float kScale = 36;                                                               // imwatermark's
constexpr float kBlueDifference = 0.492f, kRed = 0.299f, kGreen = 0.587f, kBlue = 0.114f;  // ITU-R BT.601, U as OpenCV has it

// The Haar approximation of U at (x, y): half the sum of four pixels, in bytes.
float coefficient(const Image& picture, int x, int y) {
  float sum = 0;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) {
      const auto c = rgb_at(picture, 2 * x + dx, 2 * y + dy);
      sum += 128 + 255 * kBlueDifference * (c[2] - (kRed * c[0] + kGreen * c[1] + kBlue * c[2]));
    }
  return sum / 2;
}

// Moves the coefficient without touching Y and V, so red stays: Y = 0.299 R + 0.587 G + 0.114 B.
void add_to_coefficient(Image& picture, int x, int y, float delta) {
  const float blue = delta / 2 / (255 * kBlueDifference), green = -blue * kBlue / kGreen;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) {
      auto c = rgb_at(picture, 2 * x + dx, 2 * y + dy);
      set_rgb(picture, 2 * x + dx, 2 * y + dy, {c[0], c[1] + green, c[2] + blue});
    }
}

struct Largest {
  int x = 0, y = 0;
  float value = 0, next = 0;  // next: magnitude of the second largest
};

// In block (column, row), without its first coefficient. U in bytes is not negative, so magnitudes are the values.
Largest largest_in_block(const Image& picture, int column, int row) {
  Largest largest;
  for (int i = 1; i < kSide * kSide; ++i) {
    const int x = column * kSide + i % kSide, y = row * kSide + i / kSide;
    const float value = coefficient(picture, x, y);
    if (value > largest.value)
      largest = {x, y, value, largest.value};
    else if (value > largest.next)
      largest.next = value;
  }
  return largest;
}

float marked(const Largest& largest, bool bit) {
  const float remainder = bit ? 0.75f * kScale : 0.25f * kScale;
  float value = std::round((largest.value - remainder) / kScale) * kScale + remainder;
  while (value < largest.next + 1) value += kScale;
  return value;
}

bool bit_of(const std::string& text, std::size_t k) {
  return (static_cast<unsigned char>(text[k / 8]) >> (7 - k % 8)) & 1;
}

struct Blocks {
  int columns, rows;
};

Blocks blocks_of(const Image& picture) {
  return {picture.width / kBlockPixels, picture.height / kBlockPixels};
}

void need_room(const Blocks& blocks, std::size_t bytes) {
  if (std::size_t(blocks.columns) * std::size_t(blocks.rows) < kCopies * 8 * bytes)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("a watermark of {} bytes fits into pictures of {} pixels at least, and this is smaller", bytes,
                            kCopies * 8 * bytes * kBlockPixels * kBlockPixels));
}

}  // namespace

void WatermarkOptions::validate() const {
  if (text.empty() || text.size() > kLongest)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the text of a watermark has 1 to {} bytes, not {}", kLongest, text.size()));
}

Image watermark(const Image& picture, const WatermarkOptions& options) {
  const auto [columns, rows] = blocks_of(picture);
  const auto bits = 8 * options.text.size();
  Image result = picture;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const auto largest = largest_in_block(picture, column, row);
      const auto bit = bit_of(options.text, (std::size_t(row) * columns + column) % bits);
      add_to_coefficient(result, largest.x, largest.y, marked(largest, bit) - largest.value);
    }
  return result;
}

std::string read_watermark(const Image& picture, int bytes) {
  const auto [columns, rows] = blocks_of(picture);
  need_room({columns, rows}, std::size_t(bytes));
  std::vector<int> votes(std::size_t(bytes) * 8);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const float value = largest_in_block(picture, column, row).value;
      votes[(std::size_t(row) * columns + column) % votes.size()] += std::fmod(value, kScale) > kScale / 2 ? 1 : -1;
    }
  std::string text(std::size_t(bytes), '\0');
  for (std::size_t k = 0; k < votes.size(); ++k)
    if (votes[k] >= 0) text[k / 8] = char(text[k / 8] | 1 << (7 - k % 8));
  return text;
}

}  // namespace inkstone::post
