#include "image/keywords.hpp"

#include <fmt/format.h>

#include "image/byte_reader.hpp"
#include "image/decode.hpp"
#include "image/format.hpp"
#include "image/jpeg_segments.hpp"
#include "image/png_chunks.hpp"
#include "image/webp_chunks.hpp"
#include "image/xmp.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::string packet_in(Bytes file, ImageFormat format) {
  switch (format) {
    case ImageFormat::png:
      return read_png_parts(file).xmp;
    case ImageFormat::jpeg:
      return read_jpeg_parts(file).xmp;
    case ImageFormat::webp:
      return read_webp_parts(file).xmp;
    default:
      return {};
  }
}

}  // namespace

std::vector<std::string> read_keywords(const std::filesystem::path& path) {
  const MappedFile file(path);
  return keywords_in_xmp(packet_in(file.bytes(), probe_image(file.bytes(), path.string()).format));
}

std::string with_keywords(Bytes file, const std::vector<std::string>& keywords, std::string_view name,
                          const std::string& caption) {
  const auto info = probe_image(file, name);
  const auto packet = xmp_with_keywords(packet_in(file, info.format), keywords, caption);
  const auto bytes = as_text(file);
  switch (info.format) {
    case ImageFormat::png:
      return with_png_xmp(bytes, packet);
    case ImageFormat::jpeg:
      return with_jpeg_xmp(bytes, packet);
    case ImageFormat::webp:
      return with_webp_xmp(bytes, info.width, info.height, info.alpha, packet);
    default:
      throw Error(ErrorCategory::unsupported,
                  fmt::format("{} is {}; keywords are written into JPEG, PNG and WebP files", name, format_name(info.format)));
  }
}

void add_keywords(const std::filesystem::path& source, const std::filesystem::path& target,
                  const std::vector<std::string>& keywords) {
  const MappedFile file(source);
  const auto whole = with_keywords(file.bytes(), keywords, source.string());
  write_file_atomic(target, as_bytes(whole));
}

}  // namespace inkstone
