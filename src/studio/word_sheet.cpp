#include "studio/word_sheet.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "image/resize.hpp"
#include "studio/heat_overlay.hpp"

namespace inkstone::studio {
namespace {

constexpr int kGap = 6;

void lay_on(Image& canvas, const Image& picture, int left, int top) {
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c) canvas.at(left + x, top + y, c) = picture.at(x, y, c);
}

}  // namespace

Image word_overlay(const Image& picture, const at::Tensor& map, int side) {
  const double scale = double(side) / std::max(picture.width, picture.height);
  const auto scaled = [&](int length) { return std::max(1, int(std::lround(length * scale))); };
  const auto large = resize(picture, scaled(picture.width), scaled(picture.height));
  return heat_overlay(large, (map - map.mean()).unsqueeze(0).unsqueeze(0));
}

Image labelled_sheet(const std::vector<std::vector<Labelled>>& rows) {
  std::vector<std::vector<Image>> cells;
  std::vector<int> heights;
  int width = 0, height = kGap;
  for (const auto& row : rows) {
    auto& drawn = cells.emplace_back();
    int across = kGap, tallest = 0;
    for (const auto& cell : row) {
      drawn.push_back(cell.label.empty() ? cell.picture : with_legend(cell.picture, cell.label, false));
      across += drawn.back().width + kGap;
      tallest = std::max(tallest, drawn.back().height);
    }
    heights.push_back(tallest);
    width = std::max(width, across);
    height += tallest + kGap;
  }
  Image sheet(width, height, 3);
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), 0.96f);
  int top = kGap;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    int left = kGap;
    for (const auto& cell : cells[k]) {
      lay_on(sheet, cell, left, top);
      left += cell.width + kGap;
    }
    top += heights[k] + kGap;
  }
  return sheet;
}

}  // namespace inkstone::studio
