#include "image/webp_chunks.hpp"

#include "image/byte_reader.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::string_view kExifPrefix{"Exif\0\0", 6};  // some writers put JPEG's prefix here
constexpr int kAlphaFlag = 0x10, kExifFlag = 0x08, kXmpFlag = 0x04;

struct Chunk {
  std::string_view type, data;
  std::size_t end;
};

std::optional<Chunk> chunk_at(std::string_view webp, std::size_t offset) {
  const auto length = number_at(webp, offset + 4, 4, ByteOrder::little);
  if (!length) return std::nullopt;
  const auto data = slice(webp, offset + 8, *length);
  if (!data) return std::nullopt;
  return Chunk{webp.substr(offset, 4), *data, offset + 8 + *length + *length % 2};
}

std::string make_chunk(std::string_view type, std::string_view data) {
  std::string out(type);
  append_number(out, data.size(), 4, ByteOrder::little);
  out += data;
  if (data.size() % 2) out += '\0';
  return out;
}

std::string make_extended_header(int width, int height, bool alpha, const MetadataParts& parts) {
  std::string data;
  append_number(data, (alpha ? kAlphaFlag : 0) | (parts.exif.empty() ? 0 : kExifFlag) | (parts.xmp.empty() ? 0 : kXmpFlag), 4,
                ByteOrder::little);
  append_number(data, static_cast<unsigned>(width - 1), 3, ByteOrder::little);
  append_number(data, static_cast<unsigned>(height - 1), 3, ByteOrder::little);
  return make_chunk("VP8X", data);
}

bool holds_pixels(std::string_view type) {
  return type == "VP8 " || type == "VP8L" || type == "ALPH";
}

}  // namespace

bool webp_is_whole(Bytes webp) {
  const auto size = number_at(as_text(webp), 4, 4, ByteOrder::little);
  return size && *size + 8 <= webp.size();
}

MetadataParts read_webp_parts(Bytes webp) {
  MetadataParts parts;
  const auto text = as_text(webp);
  for (auto chunk = chunk_at(text, kHeaderBytes); chunk; chunk = chunk_at(text, chunk->end)) {
    if (chunk->data.size() > kMaxTextBytes) continue;
    if (chunk->type == "EXIF")
      parts.exif = chunk->data.starts_with(kExifPrefix) ? chunk->data.substr(kExifPrefix.size()) : chunk->data;
    if (chunk->type == "XMP ") parts.xmp = chunk->data;
  }
  return parts;
}

std::string with_webp_parts(std::string_view webp, int width, int height, bool alpha, const MetadataParts& parts) {
  if (parts.exif.empty() && parts.xmp.empty()) return std::string(webp);
  std::string chunks = make_extended_header(width, height, alpha, parts);
  for (auto chunk = chunk_at(webp, kHeaderBytes); chunk; chunk = chunk_at(webp, chunk->end))
    if (holds_pixels(chunk->type)) chunks += make_chunk(chunk->type, chunk->data);
  if (!parts.exif.empty()) chunks += make_chunk("EXIF", parts.exif);
  if (!parts.xmp.empty()) chunks += make_chunk("XMP ", parts.xmp);
  std::string out = "RIFF";
  append_number(out, 4 + chunks.size(), 4, ByteOrder::little);
  return out + "WEBP" + chunks;
}

std::string with_webp_xmp(std::string_view webp, int width, int height, bool alpha, const std::string& packet) {
  const auto first = chunk_at(webp, kHeaderBytes);
  std::string chunks;
  if (!first || first->type != "VP8X" || first->data.empty())
    chunks = make_extended_header(width, height, alpha, {.texts = {}, .exif = {}, .xmp = packet});
  for (auto chunk = first; chunk; chunk = chunk_at(webp, chunk->end)) {
    if (chunk->type == "XMP ") continue;
    std::string data(chunk->data);
    if (chunk->type == "VP8X" && !data.empty()) data[0] = static_cast<char>(data[0] | kXmpFlag);
    chunks += make_chunk(chunk->type, data);
  }
  chunks += make_chunk("XMP ", packet);
  std::string out = "RIFF";
  append_number(out, 4 + chunks.size(), 4, ByteOrder::little);
  return out + "WEBP" + chunks;
}

}  // namespace inkstone
