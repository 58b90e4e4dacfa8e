#include "image/jpeg_segments.hpp"

#include <fmt/format.h>

#include "image/byte_reader.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kMaxPayload = 65533;
constexpr int kApp0 = 0xE0, kApp1 = 0xE1, kStartOfScan = 0xDA;
constexpr std::string_view kExifPrefix{"Exif\0\0", 6}, kXmpPrefix{"http://ns.adobe.com/xap/1.0/\0", 29};

struct Segment {
  int marker;
  std::string_view payload;
  std::size_t end;
};

// The segment at offset; absent at the first scan and where the stream makes no sense.
std::optional<Segment> segment_at(std::string_view jpeg, std::size_t offset) {
  while (offset + 1 < jpeg.size() && jpeg[offset] == '\xff' && jpeg[offset + 1] == '\xff') ++offset;  // fill bytes
  const auto marker = number_at(jpeg, offset, 2, ByteOrder::big);
  const auto length = number_at(jpeg, offset + 2, 2, ByteOrder::big);
  if (!marker || !length || *marker >> 8 != 0xFF || (*marker & 255) == kStartOfScan || *length < 2) return std::nullopt;
  const auto payload = slice(jpeg, offset + 4, *length - 2);
  if (!payload) return std::nullopt;
  return Segment{static_cast<int>(*marker & 255), *payload, offset + 2 + *length};
}

std::string make_app1(std::string_view prefix, std::string_view data) {
  std::string out = "\xff\xe1";
  append_number(out, 2 + prefix.size() + data.size(), 2, ByteOrder::big);
  return out.append(prefix).append(data);
}

std::string make_segments(const MetadataParts& parts) {
  std::string segments;
  if (!parts.exif.empty() && kExifPrefix.size() + parts.exif.size() <= kMaxPayload)
    segments += make_app1(kExifPrefix, parts.exif);
  if (parts.xmp.empty()) return segments;
  if (kXmpPrefix.size() + parts.xmp.size() > kMaxPayload)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the recipe needs {} bytes and a JPEG file holds 65500; write a PNG or WebP file", parts.xmp.size()));
  return segments + make_app1(kXmpPrefix, parts.xmp);
}

}  // namespace

MetadataParts read_jpeg_parts(Bytes jpeg) {
  MetadataParts parts;
  const auto text = as_text(jpeg);
  for (auto segment = segment_at(text, 2); segment; segment = segment_at(text, segment->end)) {
    if (segment->marker != kApp1) continue;
    if (segment->payload.starts_with(kExifPrefix) && parts.exif.empty()) parts.exif = segment->payload.substr(kExifPrefix.size());
    if (segment->payload.starts_with(kXmpPrefix) && parts.xmp.empty()) parts.xmp = segment->payload.substr(kXmpPrefix.size());
  }
  return parts;
}

std::string with_jpeg_parts(std::string_view jpeg, const MetadataParts& parts) {
  const auto first = segment_at(jpeg, 2);
  const std::size_t at = first && first->marker == kApp0 ? first->end : 2;
  return std::string(jpeg.substr(0, at)).append(make_segments(parts)).append(jpeg.substr(at));
}

std::string with_jpeg_xmp(std::string_view jpeg, const std::string& packet) {
  std::string without(jpeg.substr(0, 2));
  std::size_t kept = 2;
  for (auto segment = segment_at(jpeg, 2); segment; segment = segment_at(jpeg, segment->end)) {
    if (segment->marker != kApp1 || !segment->payload.starts_with(kXmpPrefix))
      without.append(jpeg.substr(kept, segment->end - kept));
    kept = segment->end;
  }
  return with_jpeg_parts(without.append(jpeg.substr(kept)), {.texts = {}, .exif = {}, .xmp = packet});
}

}  // namespace inkstone
