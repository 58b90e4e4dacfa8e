#include "image/decode.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include <fmt/format.h>

#include "image/orientation.hpp"
#include "image/pnm.hpp"
#include "image/resize.hpp"
#include "image/vips_reader.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int kStripRows = 16;

std::unique_ptr<RowReader> open_reader(Bytes bytes, std::string_view name) {
  const auto format = sniff_format(bytes);
  if (!format)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} is {}, not a PNG, JPEG, WebP, TIFF, AVIF, HEIC or PPM picture", name, describe_content(bytes)));
  if (*format == ImageFormat::ppm) return std::make_unique<PnmReader>(bytes, name);
  return open_with_vips(bytes, *format, name);
}

void check_bytes(Bytes bytes, const DecodeLimits& limits, std::string_view name) {
  if (bytes.size() > limits.max_bytes)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has {} bytes, more than the {} allowed", name, bytes.size(), limits.max_bytes));
}

void check_pixels(const ImageInfo& info, bool whole, const DecodeLimits& limits, std::string_view name) {
  const auto pixels = std::uint64_t(info.width) * std::uint64_t(info.height);
  const auto allowed = whole ? limits.max_pixels : limits.max_streamed_pixels;
  if (pixels > allowed)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has {}x{} pixels, more than the {} million allowed; scale it down first", name, info.width,
                            info.height, allowed / 1'000'000));
}

// Calls take(first row of a strip, rows in it) until the picture is through.
template <class Buffer, class Take>
void read_strips(RowReader& reader, int height, Buffer&& buffer_for, Take&& take) {
  for (int y = 0; y < height; y += kStripRows) {
    const int count = std::min(kStripRows, height - y);
    float* rows = buffer_for(y);
    reader.read(count, rows);
    take(rows, count);
  }
}

Image read_whole(RowReader& reader, const ImageInfo& info, int channels) {
  Image image(info.width, info.height, channels);
  const std::size_t stride = std::size_t(info.width) * channels;
  read_strips(
      reader, info.height, [&](int y) { return image.pixels.data() + y * stride; }, [](float*, int) {});
  return image;
}

Image read_scaled(RowReader& reader, const ImageInfo& info, int channels, Size size) {
  LinearLightResizer resizer({info.width, info.height}, size, channels);
  const std::size_t stride = std::size_t(info.width) * channels;
  std::vector<float> strip(kStripRows * stride);
  read_strips(
      reader, info.height, [&](int) { return strip.data(); },
      [&](float* rows, int count) {
        for (int i = 0; i < count; ++i) resizer.push(rows + i * stride);
      });
  return resizer.finish();
}

Image decode(RowReader& reader, const DecodeOptions& options, std::string_view name) {
  const ImageInfo info = reader.info();
  const Size stored{info.width, info.height}, size = fit_within(stored, options.fit_within);
  const bool scaled = size != stored;
  check_pixels(info, !scaled || !reader.streams(), options.limits, name);
  const int channels = info.alpha ? 4 : 3;
  return upright(scaled ? read_scaled(reader, info, channels, size) : read_whole(reader, info, channels), info.orientation);
}

}  // namespace

Image decode_image(Bytes bytes, const DecodeOptions& options, std::string_view name) {
  check_bytes(bytes, options.limits, name);
  const auto reader = open_reader(bytes, name);
  try {
    return decode(*reader, options, name);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCategory::out_of_memory, fmt::format("not enough memory for {}; ask for a smaller size", name));
  }
}

Image decode_image(const std::filesystem::path& path, const DecodeOptions& options) {
  const MappedFile file(path);
  return decode_image(file.bytes(), options, path.string());
}

ImageInfo probe_image(Bytes bytes, std::string_view name) {
  ImageInfo info = open_reader(bytes, name)->info();
  if (swaps_sides(info.orientation)) std::swap(info.width, info.height);
  return info;
}

ImageInfo probe_image(const std::filesystem::path& path) {
  const MappedFile file(path);
  return probe_image(file.bytes(), path.string());
}

}  // namespace inkstone
