#include "image/metadata.hpp"

#include <fmt/format.h>

#include "image/format.hpp"
#include "image/jpeg_segments.hpp"
#include "image/metadata_parts.hpp"
#include "image/png_chunks.hpp"
#include "image/pnm.hpp"
#include "image/vips_reader.hpp"
#include "image/webp_chunks.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

Metadata from_ppm(const PpmTexts& texts) {
  auto metadata = from_parts({.texts = texts, .exif = {}, .xmp = {}});
  for (const auto& [keyword, text] : texts)
    if (keyword == kPpmDigitalSource) metadata.digital_source_type = text;
  return metadata;
}

}  // namespace

Metadata read_metadata(Bytes bytes, std::string_view name) {
  const auto format = sniff_format(bytes);
  if (!format) throw Error(ErrorCategory::corrupt_file, fmt::format("{} is {}, not a picture", name, describe_content(bytes)));
  switch (*format) {
    case ImageFormat::png:
      return from_parts(read_png_parts(bytes));
    case ImageFormat::jpeg:
      return from_parts(read_jpeg_parts(bytes));
    case ImageFormat::webp:
      return from_parts(read_webp_parts(bytes));
    case ImageFormat::ppm:
      return from_ppm(read_ppm_texts(bytes));
    default:
      return from_parts(read_parts_with_vips(bytes, *format, name));
  }
}

Metadata read_metadata(const std::filesystem::path& path) {
  const MappedFile file(path);
  return read_metadata(file.bytes(), path.string());
}

}  // namespace inkstone
