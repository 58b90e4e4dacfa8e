// Pictures in: PNG, JPEG, WebP, TIFF, AVIF, HEIC and PPM files of any depth and colour model become upright sRGB
// pixels. The bytes are taken as hostile: the format is told by content, sizes are checked before anything is
// decoded, and what is cut short or damaged is an error, never half a picture.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/files.hpp"
#include "image/format.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct DecodeLimits {
  std::uint64_t max_bytes = std::uint64_t(1) << 30;   // of the file
  std::uint64_t max_pixels = 100'000'000;             // of a picture held whole: 1.2 GB of RGB floats
  std::uint64_t max_streamed_pixels = 4'000'000'000;  // of one scaled down row by row while it is read
};

struct DecodeOptions {
  DecodeLimits limits = {};
  // Longest side of the result: a larger picture is scaled down in linear light while it is read, with memory for
  // the result and a few rows alone (interlaced PNG, progressive JPEG, WebP and HEIF are held by their decoders,
  // and fall under max_pixels). 0: full size. Never enlarges.
  int fit_within = 0;
};

struct ImageInfo {
  int width = 0, height = 0;  // upright, from probe_image
  ImageFormat format = ImageFormat::png;
  int bits = 8;  // per channel: 8, 10, 12, 16 or 32
  bool alpha = false;
  bool icc_profile = false;
  int orientation = 1;  // EXIF, as stored; 1 where there is none
};

// Throws not_found, io; corrupt_file for an empty, damaged, cut or disguised file, naming it and the cause;
// bad_argument for one over the limits; unsupported for a sample format we do not read. Blocks.
Image decode_image(const std::filesystem::path& path, const DecodeOptions& options = {});

// The same from memory; name stands for the picture in messages.
Image decode_image(Bytes bytes, const DecodeOptions& options = {}, std::string_view name = "the picture");

// Reads the header alone. Throws as decode_image does, limits aside.
ImageInfo probe_image(const std::filesystem::path& path);
ImageInfo probe_image(Bytes bytes, std::string_view name = "the picture");

}  // namespace inkstone
