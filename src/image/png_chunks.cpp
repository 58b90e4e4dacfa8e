#include "image/png_chunks.hpp"

#include <algorithm>
#include <optional>

#include <zlib.h>

#include "image/byte_reader.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kSignatureBytes = 8, kChunkFrame = 12;
constexpr std::size_t kMaxAllTextBytes = 4 * kMaxTextBytes;  // a thousand small chunks may unpack to 16 GiB
constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";

struct Chunk {
  std::string_view type, data;
  std::size_t end;  // offset of the next one
};

// The chunk at offset; absent at the end and where its length runs past it.
std::optional<Chunk> chunk_at(std::string_view png, std::size_t offset) {
  const auto length = number_at(png, offset, 4, ByteOrder::big);
  if (!length) return std::nullopt;
  const auto frame = slice(png, offset, *length + kChunkFrame);
  if (!frame) return std::nullopt;
  return Chunk{frame->substr(4, 4), frame->substr(8, *length), offset + frame->size()};
}

// Calls see(chunk) until it returns false; true if it did.
template <class See>
bool walk(std::string_view png, See&& see) {
  for (auto chunk = chunk_at(png, kSignatureBytes); chunk; chunk = chunk_at(png, chunk->end))
    if (!see(*chunk)) return true;
  return false;
}

// Closes the stream when it goes.
struct Inflater {
  z_stream stream{};
  Inflater() { ::inflateInit(&stream); }
  ~Inflater() { ::inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

// Empty where the stream is damaged or unpacks to more than kMaxTextBytes.
std::string inflated(std::string_view packed) {
  Inflater inflater;
  auto& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  char block[16384];
  for (int status = Z_OK; status == Z_OK;) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.append(block, sizeof block - stream.avail_out);
    if (out.size() > kMaxTextBytes || (status != Z_OK && status != Z_STREAM_END)) return {};
  }
  return out;
}

// Takes what stands before the next NUL off the front.
std::string_view take_until_nul(std::string_view& data) {
  const auto end = data.find('\0');
  const auto part = data.substr(0, end);
  data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
  return part;
}

std::string itxt_value(std::string_view data) {
  if (data.size() < 2) return {};
  const bool packed = data[0] == 1;
  data.remove_prefix(2);
  take_until_nul(data);  // language
  take_until_nul(data);  // translated keyword
  return clean_utf8(packed ? inflated(data) : std::string(data));
}

// libvips and others write raw UTF-8 here, where Latin-1 is due: what is well-formed UTF-8 is taken as that.
std::string latin1_or_utf8(std::string_view text) {
  return clean_utf8(text) == text ? std::string(text) : latin1_to_utf8(text);
}

// Gives the size of what it read.
std::size_t read_text(const Chunk& chunk, MetadataParts& parts) {
  std::string_view data = chunk.data;
  if (data.size() > kMaxTextBytes) return 0;
  std::string keyword = latin1_to_utf8(take_until_nul(data));
  std::string text;
  if (chunk.type == "iTXt")
    text = itxt_value(data);
  else if (chunk.type == "zTXt")
    text = data.empty() ? "" : latin1_or_utf8(inflated(data.substr(1)));
  else
    text = latin1_to_utf8(data);
  const std::size_t size = keyword.size() + text.size();
  if (keyword == kXmpKeyword)
    parts.xmp = std::move(text);
  else
    parts.texts.emplace_back(std::move(keyword), std::move(text));
  return size;
}

std::string make_chunk(std::string_view type, std::string_view data) {
  std::string body = std::string(type).append(data), out;
  append_number(out, data.size(), 4, ByteOrder::big);
  const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  append_number(body, sum, 4, ByteOrder::big);
  return out + body;
}

std::string make_itxt(std::string_view keyword, std::string_view text) {
  return make_chunk("iTXt", std::string(keyword) + std::string(5, '\0') + std::string(text));
}

std::string make_text(const std::string& keyword, const std::string& text) {
  const auto latin1 = utf8_to_latin1(text);
  return latin1 ? make_chunk("tEXt", keyword + '\0' + *latin1) : make_itxt(keyword, text);
}

std::string make_chunks(const MetadataParts& parts) {
  std::string chunks = make_chunk("sRGB", std::string(1, '\0'));
  for (const auto& [keyword, text] : parts.texts) chunks += make_text(keyword, text);
  if (!parts.xmp.empty()) chunks += make_itxt(kXmpKeyword, parts.xmp);
  if (!parts.exif.empty()) chunks += make_chunk("eXIf", parts.exif);
  return chunks;
}

}  // namespace

bool png_is_whole(Bytes png) {
  return walk(as_text(png), [](const Chunk& chunk) { return chunk.type != "IEND"; });
}

MetadataParts read_png_parts(Bytes png) {
  constexpr std::size_t kMaxTexts = 1000;
  MetadataParts parts;
  std::size_t room = kMaxAllTextBytes;
  walk(as_text(png), [&](const Chunk& chunk) {
    const bool text = chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt";
    if (text && parts.texts.size() < kMaxTexts && room > 0) room -= std::min(room, read_text(chunk, parts));
    if (chunk.type == "eXIf" && chunk.data.size() <= kMaxTextBytes) parts.exif = chunk.data;
    return chunk.type != "IEND";
  });
  return parts;
}

std::string with_png_parts(std::string_view png, const MetadataParts& parts) {
  std::size_t pixels_at = kSignatureBytes;
  walk(png, [&](const Chunk& chunk) {
    if (chunk.type == "IDAT") return false;
    pixels_at = chunk.end;
    return true;
  });
  return std::string(png.substr(0, pixels_at)).append(make_chunks(parts)).append(png.substr(pixels_at));
}

std::string with_png_xmp(std::string_view png, const std::string& packet) {
  std::string out(png.substr(0, kSignatureBytes));
  std::size_t kept = kSignatureBytes;
  bool placed = false;
  walk(png, [&](const Chunk& chunk) {
    const bool text = chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt";
    if (chunk.type == "IDAT" && !placed) {
      out += make_itxt(kXmpKeyword, packet);
      placed = true;
    }
    if (!text || !chunk.data.starts_with(kXmpKeyword)) out.append(png.substr(kept, chunk.end - kept));
    kept = chunk.end;
    return chunk.type != "IEND";
  });
  return out.append(png.substr(kept));
}

}  // namespace inkstone
