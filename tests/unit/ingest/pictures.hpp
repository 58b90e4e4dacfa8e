// What the ingest tests share: pictures that differ, and folders of them.
#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "image/encode.hpp"
#include "inkstone/image.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone::test {

// Smooth colours with texture, another one for each number.
inline Image picture(int number, int width = 48, int height = 32, int channels = 3) {
  Image image(width, height, channels);
  const double a = 0.1 + 0.07 * (number % 7), b = 0.13 + 0.05 * (number % 5), turn = number * 1.7;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        image.at(x, y, c) = c == 3 ? 0.5f
                                   : static_cast<float>(std::round((0.5 + 0.45 * std::sin(a * x * 48 / width + turn + c) *
                                                                              std::cos(b * y * 32 / height + turn)) *
                                                                   255) /
                                                        255);
  return image;
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline void write_picture(const std::filesystem::path& path, const Image& image) {
  std::filesystem::create_directories(path.parent_path());
  save_image(path, image);
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace inkstone::test
