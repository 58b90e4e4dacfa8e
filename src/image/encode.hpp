// Pictures out: PNG, JPEG, WebP, TIFF, AVIF and PPM. A file starts from nothing: what the source said about camera, place
// and owner is gone unless Metadata asks for it. Pixels are sRGB and said to be, by PNG's sRGB chunk and EXIF's colour space.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "image/format.hpp"
#include "image/metadata.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct EncodeOptions {
  ImageFormat format = ImageFormat::png;
  int quality = 92;  // 1 to 100, for JPEG and for WebP and AVIF unless lossless; JPEG keeps full colour resolution from 90 on
  int bits = 8;      // 8 or 16 per channel; 16 for PNG, TIFF and PPM, and AVIF, which keeps 12 of them
  bool lossless = false;                  // WebP; PNG, TIFF and PPM always are
  std::optional<Metadata> metadata = {};  // PPM carries none
};

// The file's bytes. Values are clamped to [0,1] and rounded, without dithering: 8-bit pixels that were decoded come
// back exactly from lossless formats (WebP blackens what is fully transparent). JPEG and PPM have no alpha: the picture is laid
// on white. Throws bad_argument for options the format does not have and sides it cannot hold; unsupported where this build of
// libvips cannot write it.
std::string encode_image(const Image& image, const EncodeOptions& options);

// The same into a file, whole or not at all; options.format gives way to the extension. Throws also io: the old
// file is then untouched.
void save_image(const std::filesystem::path& path, const Image& image, EncodeOptions options = {});

}  // namespace inkstone
