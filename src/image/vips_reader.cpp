#include "image/vips_reader.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "image/colour.hpp"
#include "image/icc.hpp"
#include "image/libvips.hpp"
#include "image/png_chunks.hpp"
#include "image/webp_chunks.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using vips::VImage;

[[noreturn]] void fail(std::string_view name, ImageFormat format, std::string_view cause) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} is a damaged or cut {} file: {}", name, format_name(format), cause));
}

VImage load(Bytes bytes, ImageFormat format) {
  const auto source = vips::VSource::new_from_memory(bytes.data(), bytes.size());
  auto* options = VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR);
  switch (format) {
    case ImageFormat::png:
      return VImage::pngload_source(source, options);
    case ImageFormat::jpeg:
      return VImage::jpegload_source(source, options);
    case ImageFormat::webp:
      return VImage::webpload_source(source, options);
    case ImageFormat::tiff:
      return VImage::tiffload_source(source, options);
    default:
      return VImage::heifload_source(source, options);
  }
}

// What the decoders forgive although pixels may be missing.
void check_container(Bytes bytes, ImageFormat format, std::string_view name) {
  const bool whole = format == ImageFormat::png ? png_is_whole(bytes) : format == ImageFormat::webp ? webp_is_whole(bytes) : true;
  if (!whole) fail(name, format, "it ends too early");
}

int meta_int(const VImage& picture, const char* field, int otherwise) {
  return picture.get_typeof(field) == G_TYPE_INT ? picture.get_int(field) : otherwise;
}

std::string blob(const VImage& picture, const char* field) {
  if (picture.get_typeof(field) != VIPS_TYPE_BLOB) return {};
  std::size_t length = 0;
  const void* data = picture.get_blob(field, &length);
  return length > kMaxTextBytes ? std::string() : std::string(static_cast<const char*>(data), length);
}

// libvips names a HEIF item XMP only where it starts without the packet's wrapper; others are numbered.
std::string heif_xmp(const VImage& picture) {
  constexpr int kMaxItems = 16;
  for (int i = 0; i < kMaxItems; ++i) {
    std::string item = blob(picture, fmt::format("heif-mime-{}", i).c_str());
    if (item.find("<x:xmpmeta") != std::string::npos) return item;
  }
  return {};
}

enum class Samples { bits8, bits16, linear_float };

Samples samples_of(const VImage& picture, std::string_view name) {
  switch (picture.format()) {
    case VIPS_FORMAT_UCHAR:
      return Samples::bits8;
    case VIPS_FORMAT_USHORT:
      return Samples::bits16;
    case VIPS_FORMAT_FLOAT:
      return Samples::linear_float;
    default:
      throw Error(ErrorCategory::unsupported,
                  fmt::format("{} holds samples that are neither 8 or 16-bit integers nor floats; convert it to 16 bits", name));
  }
}

int colour_bands(const VImage& picture, std::string_view name) {
  const int bands = picture.bands();
  const int colours = picture.interpretation() == VIPS_INTERPRETATION_CMYK ? 4 : bands <= 2 ? 1 : 3;
  if (bands == colours || bands == colours + 1) return colours;
  throw Error(ErrorCategory::unsupported,
              fmt::format("{} has {} channels; grey, RGB and CMYK, with or without alpha, can be read", name, bands));
}

// HEIF's 10 and 12 bits arrive in the high bits of 16: white is not quite 65535.
VImage stretch_to_16_bits(const VImage& picture, int bits) {
  if (picture.format() != VIPS_FORMAT_USHORT || bits <= 8 || bits >= 16) return picture;
  const double white = static_cast<double>(((1 << bits) - 1) << (16 - bits));
  return picture.linear(65535.0 / white, 0.0)
      .rint()
      .cast(VIPS_FORMAT_USHORT)
      .copy(VImage::option()->set("interpretation", picture.interpretation()));
}

bool is_lab(const VImage& picture) {
  return picture.interpretation() == VIPS_INTERPRETATION_LAB || picture.interpretation() == VIPS_INTERPRETATION_LABS;
}

// 3 colours, or 4 bands with alpha, of 8 or 16-bit sRGB or linear float.
VImage to_rgb(const VImage& picture, int colours) {
  if (is_lab(picture)) return picture.extract_band(0, VImage::option()->set("n", 3)).colourspace(VIPS_INTERPRETATION_scRGB);
  VImage rgb = picture.extract_band(0, VImage::option()->set("n", colours));
  if (picture.format() != VIPS_FORMAT_FLOAT) rgb = to_srgb(rgb);
  if (rgb.bands() == 1) rgb = VImage::bandjoin({rgb, rgb, rgb});
  if (picture.bands() == colours) return rgb;
  VImage alpha = picture.extract_band(colours);
  if (rgb.format() == VIPS_FORMAT_USHORT && alpha.format() == VIPS_FORMAT_UCHAR)
    alpha = alpha.linear(257.0, 0.0).cast(VIPS_FORMAT_USHORT);
  return rgb.bandjoin(alpha);
}

const std::array<float, 256>& byte_values() {
  static const auto values = [] {
    std::array<float, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i) / 255.0f;
    return table;
  }();
  return values;
}

void convert_row(const VipsPel* row, Samples samples, std::size_t count, int channels, float* out) {
  const auto* words = reinterpret_cast<const std::uint16_t*>(row);
  const auto* floats = reinterpret_cast<const float*>(row);
  switch (samples) {
    case Samples::bits8:
      std::transform(row, row + count, out, [&table = byte_values()](VipsPel v) { return table[v]; });
      break;
    case Samples::bits16:
      std::transform(words, words + count, out, [](std::uint16_t v) { return static_cast<float>(v) / 65535.0f; });
      break;
    case Samples::linear_float:
      for (std::size_t i = 0; i < count; ++i) {
        const float v = floats[i] >= 0 ? std::min(floats[i], 1.0f) : 0.0f;  // NaN becomes black
        out[i] = channels == 4 && i % 4 == 3 ? v : linear_to_srgb(v);
      }
  }
}

class VipsReader : public RowReader {
 public:
  VipsReader(Bytes bytes, ImageFormat format, std::string_view name) : name_(name), format_(format) { open(bytes); }

  ImageInfo info() const override { return info_; }
  bool streams() const override { return streams_; }

  void read(int count, float* rows) override try {
    if (!pixels_) start();
    VipsRect strip{0, y_, info_.width, count};
    pixels_->prepare(&strip);
    const std::size_t samples = std::size_t(info_.width) * channels_;
    for (int i = 0; i < count; ++i)
      convert_row(VIPS_REGION_ADDR(pixels_->get_region(), 0, y_ + i), samples_, samples, channels_, rows + i * samples);
    y_ += count;
  } catch (const vips::VError& error) {
    fail(name_, format_, vips_cause(error));
  }

 private:
  void open(Bytes bytes) try {
    picture_ = load(bytes, format_);
    samples_of(picture_, name_);
    const int colours = colour_bands(picture_, name_);
    info_.width = picture_.width();
    info_.height = picture_.height();
    info_.format = format_;
    info_.bits = meta_int(picture_, "heif-bitdepth",
                          picture_.format() == VIPS_FORMAT_UCHAR    ? 8
                          : picture_.format() == VIPS_FORMAT_USHORT ? 16
                                                                    : 32);
    info_.alpha = picture_.bands() > colours && !is_lab(picture_);
    info_.icc_profile = picture_.get_typeof(VIPS_META_ICC_NAME) != 0;
    info_.orientation = vips_image_get_orientation(picture_.get_image());
    const bool random_order = picture_.get_typeof("interlaced") != 0 || picture_.get_typeof("jpeg-multiscan") != 0;
    streams_ = !random_order && (format_ == ImageFormat::png || format_ == ImageFormat::jpeg || format_ == ImageFormat::tiff);
  } catch (const vips::VError& error) {
    fail(name_, format_, vips_cause(error));
  }

  void start() {
    picture_ = to_rgb(stretch_to_16_bits(picture_, info_.bits), colour_bands(picture_, name_));
    samples_ = samples_of(picture_, name_);
    channels_ = info_.alpha ? 4 : 3;
    if (picture_.bands() != channels_ || picture_.width() != info_.width) fail(name_, format_, "its colours cannot be converted");
    pixels_ = std::make_unique<vips::VRegion>(vips::VRegion::new_from_image(picture_));
  }

  std::string name_;
  ImageFormat format_;
  VImage picture_;
  ImageInfo info_;
  bool streams_ = false;
  Samples samples_ = Samples::bits8;
  int channels_ = 3, y_ = 0;
  std::unique_ptr<vips::VRegion> pixels_;
};

}  // namespace

std::unique_ptr<RowReader> open_with_vips(Bytes bytes, ImageFormat format, std::string_view name) {
  use_libvips();
  check_container(bytes, format, name);
  return std::make_unique<VipsReader>(bytes, format, name);
}

MetadataParts read_parts_with_vips(Bytes bytes, ImageFormat format, std::string_view name) try {
  use_libvips();
  const VImage picture = load(bytes, format);
  MetadataParts parts{.texts = {}, .exif = blob(picture, VIPS_META_EXIF_NAME), .xmp = blob(picture, VIPS_META_XMP_NAME)};
  if (parts.exif.starts_with("Exif")) parts.exif.erase(0, 6);
  if (parts.xmp.empty()) parts.xmp = heif_xmp(picture);
  return parts;
} catch (const vips::VError& error) {
  fail(name, format, vips_cause(error));
}

}  // namespace inkstone
