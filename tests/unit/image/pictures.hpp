// Pictures that the image tests make: patterns, files written by libvips itself, temporary paths.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>
#include <vips/vips8>

#include "image/libvips.hpp"
#include "inkstone/error.hpp"
#include "inkstone/image.hpp"
#include "unit/image/psnr.hpp"

namespace inkstone::test {

// Smooth colours with a little texture, on the 8-bit grid; alpha runs from 0 to 1.
inline Image pattern(int width, int height, int channels = 3) {
  Image image(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double values[] = {x * 255.0 / width, y * 255.0 / height, 128 + 60 * std::sin(x * 0.3) * std::cos(y * 0.2),
                               (x + y) * 255.0 / (width + height)};
      for (int c = 0; c < channels; ++c) image.at(x, y, c) = static_cast<float>(std::round(values[c])) / 255.0f;
    }
  return image;
}

// 8-bit samples of a picture as libvips sees them.
inline vips::VImage to_vips(const Image& image) {
  use_libvips();
  std::vector<std::uint8_t> samples;
  for (const float v : image.pixels) samples.push_back(static_cast<std::uint8_t>(std::lround(v * 255)));
  return vips::VImage(vips_image_new_from_memory_copy(samples.data(), samples.size(), image.width, image.height, image.channels,
                                                      VIPS_FORMAT_UCHAR))
      .copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

// The file libvips writes for a suffix such as ".png[compression=1]".
inline std::string written(const vips::VImage& image, const std::string& suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  image.write_to_buffer(suffix.c_str(), &data, &size);
  std::string file(static_cast<const char*>(data), size);
  g_free(data);
  return file;
}

// Removes what it names at the end of the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("inkstone_image_" + std::to_string(::getpid()))),
        path_(folder_ / name) {
    std::filesystem::create_directories(folder_);
  }
  ~TemporaryFile() { std::filesystem::remove_all(folder_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_, path_;
};

// What call throws; fails the test where it throws nothing.
template <class Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorCategory::cancelled, "");
}

}  // namespace inkstone::test
