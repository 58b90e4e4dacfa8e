#include "image/encode.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "core/files.hpp"
#include "image/colour.hpp"
#include "image/jpeg_segments.hpp"
#include "image/libvips.hpp"
#include "image/metadata_parts.hpp"
#include "image/png_chunks.hpp"
#include "image/pnm.hpp"
#include "image/webp_chunks.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using vips::VImage;

int longest_side(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return 65500;
    case ImageFormat::webp:
      return 16383;
    case ImageFormat::avif:
      return 16384;
    default:
      return 1'000'000;
  }
}

void check(const Image& image, const EncodeOptions& o) {
  const auto refuse = [](std::string message) { throw Error(ErrorCategory::bad_argument, message); };
  const auto name = format_name(o.format);
  if (image.empty() || (image.channels != 3 && image.channels != 4)) refuse("there is no picture to write");
  if (o.format == ImageFormat::heic) refuse("HEIC can be read but not written; AVIF is its free successor");
  if (o.bits != 8 && o.bits != 16) refuse(fmt::format("{} bits per channel cannot be written; 8 and 16 can", o.bits));
  if (o.bits == 16 && (o.format == ImageFormat::jpeg || o.format == ImageFormat::webp))
    refuse(fmt::format("{} has 8 bits per channel; write 16 bits as PNG, TIFF or AVIF", name));
  if (o.quality < 1 || o.quality > 100) refuse(fmt::format("quality {} is not between 1 and 100", o.quality));
  if (o.lossless && (o.format == ImageFormat::jpeg || o.format == ImageFormat::avif))
    refuse(fmt::format("{} cannot be written without loss; PNG, TIFF and WebP can", name));
  if (std::max(image.width, image.height) > longest_side(o.format))
    refuse(fmt::format("{} holds at most {} pixels a side and the picture has {}x{}", name, longest_side(o.format), image.width,
                       image.height));
}

// On white, in linear light, as the picture would look on a page.
Image without_alpha(const Image& image) {
  Image out(image.width, image.height, 3);
  const float* from = image.pixels.data();
  for (float* to = out.pixels.data(); to != out.pixels.data() + out.pixels.size(); to += 3, from += 4) {
    const float alpha = std::clamp(from[3], 0.0f, 1.0f);
    for (int c = 0; c < 3; ++c)
      to[c] = alpha == 1 ? from[c] : linear_to_srgb(alpha * srgb_to_linear(std::clamp(from[c], 0.0f, 1.0f)) + (1 - alpha));
  }
  return out;
}

template <class Sample>
std::vector<Sample> quantised(const Image& image) {
  constexpr float kWhite = std::numeric_limits<Sample>::max();
  std::vector<Sample> samples(image.pixels.size());
  // Comparisons this way round turn NaN into black.
  std::transform(image.pixels.begin(), image.pixels.end(), samples.begin(),
                 [](float v) { return static_cast<Sample>((v > 0 ? std::min(v, 1.0f) : 0.0f) * kWhite + 0.5f); });
  return samples;
}

using VipsOptions = vips::VOption*;

std::string take(VipsBlob* blob) {
  const std::unique_ptr<VipsArea, decltype(&vips_area_unref)> owner(VIPS_AREA(blob), vips_area_unref);
  std::size_t length = 0;
  const void* data = vips_blob_get(blob, &length);
  return {static_cast<const char*>(data), length};
}

void attach(const VImage& picture, const char* field, const std::string& data) {
  if (!data.empty()) vips_image_set_blob_copy(picture.get_image(), field, data.data(), data.size());
}

std::string write_with_vips(const VImage& picture, const EncodeOptions& o, const MetadataParts& parts) {
  const bool alpha = picture.bands() == 4;
  auto* options = VImage::option();
  switch (o.format) {
    case ImageFormat::png:
      return with_png_parts(take(picture.pngsave_buffer(options->set("strip", true)->set("compression", 6))), parts);
    case ImageFormat::jpeg:
      return with_jpeg_parts(
          take(picture.jpegsave_buffer(options->set("strip", true)->set("Q", o.quality)->set("optimize_coding", true))), parts);
    case ImageFormat::webp:
      options->set("strip", true)->set("Q", o.quality)->set("lossless", o.lossless)->set("smart_subsample", true);
      return with_webp_parts(take(picture.webpsave_buffer(options)), picture.width(), picture.height(), alpha, parts);
    case ImageFormat::tiff:
      attach(picture, VIPS_META_XMP_NAME, parts.xmp);
      return take(picture.tiffsave_buffer(options->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE)
                                              ->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL)));
    default:
      attach(picture, VIPS_META_XMP_NAME, parts.xmp);
      options->set("compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1)->set("Q", o.quality)->set("bitdepth", o.bits == 16 ? 12 : 8);
      return take(picture.heifsave_buffer(options));
  }
}

template <class Sample>
std::string write(const Image& image, const EncodeOptions& options, const MetadataParts& parts) {
  const auto samples = quantised<Sample>(image);
  if (options.format == ImageFormat::ppm) return encode_ppm(image.width, image.height, samples);
  use_libvips();
  constexpr bool wide = sizeof(Sample) == 2;
  // The copy is ours to attach metadata to; it still reads samples in place.
  const VImage picture =
      VImage::new_from_memory(const_cast<Sample*>(samples.data()), samples.size() * sizeof(Sample), image.width, image.height,
                              image.channels, wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR)
          .copy(VImage::option()->set("interpretation", wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB));
  try {
    return write_with_vips(picture, options, parts);
  } catch (const vips::VError& error) {
    throw Error(ErrorCategory::unsupported, fmt::format("cannot write {}: {}", format_name(options.format), vips_cause(error)));
  }
}

}  // namespace

std::string encode_image(const Image& image, const EncodeOptions& options) {
  check(image, options);
  const bool opaque = options.format == ImageFormat::jpeg || options.format == ImageFormat::ppm;
  if (opaque && image.channels == 4) return encode_image(without_alpha(image), options);
  const MetadataParts parts = options.metadata ? to_parts(*options.metadata) : MetadataParts{};
  return options.bits == 16 ? write<std::uint16_t>(image, options, parts) : write<std::uint8_t>(image, options, parts);
}

void save_image(const std::filesystem::path& path, const Image& image, EncodeOptions options) {
  options.format = format_for_extension(path);
  write_file_atomic(path, as_bytes(encode_image(image, options)));
}

}  // namespace inkstone
