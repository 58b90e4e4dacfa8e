#include "weights/hdf5_chunks.hpp"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>
#ifdef INKSTONE_HAVE_ZLIB
#include <zlib.h>
#endif

#include "weights/hdf5_cursor.hpp"

namespace inkstone::hdf5 {
namespace {

constexpr int kMaxChunkTreeLevel = 64;

std::string inflated(Bytes packed, std::size_t size) {
#ifdef INKSTONE_HAVE_ZLIB
  std::string result(size, '\0');
  uLongf unpacked = size;
  const int code = ::uncompress(reinterpret_cast<Bytef*>(result.data()), &unpacked, reinterpret_cast<const Bytef*>(packed.data()),
                                packed.size());
  if (code != Z_OK || unpacked != size) corrupt("has a damaged chunk");
  return result;
#else
  unsupported("is packed with gzip, which this build cannot undo");
#endif
}

// First all first bytes of the numbers, then all second ones, and so on.
std::string unshuffled(const std::string& bytes, std::size_t width) {
  const std::size_t count = bytes.size() / width;
  std::string result = bytes;
  for (std::size_t byte = 0; byte < width; ++byte)
    for (std::size_t i = 0; i < count; ++i) result[i * width + byte] = bytes[byte * count + i];
  return result;
}

std::string unpacked(const Chunk& chunk, const std::vector<Filter>& filters, std::size_t size, std::size_t width) {
  std::string bytes(reinterpret_cast<const char*>(chunk.stored.data()), chunk.stored.size());
  for (std::size_t i = filters.size(); i-- > 0;) {
    if (((chunk.skipped_filters >> i) & 1) != 0) continue;
    bytes = filters[i].kind == Filter::Kind::deflate ? inflated(as_bytes(bytes), size) : unshuffled(bytes, width);
  }
  if (bytes.size() != size) corrupt("has a chunk of the wrong size");
  return bytes;
}

void find_chunks_below(File& file, Address node, std::size_t rank, int parent_level, std::vector<Chunk>& into) {
  file.visit_once(node);
  Cursor cursor(file.from(node));
  cursor.expect("TREE");
  if (cursor.number<std::uint8_t>() != 1) corrupt("has another tree where its chunks must be");
  const int level = cursor.number<std::uint8_t>();
  if (level >= parent_level) corrupt("has a tree that does not end");
  const int count = cursor.number<std::uint16_t>();
  cursor.take(16);  // siblings
  for (int i = 0; i < count; ++i) {
    const auto size = cursor.number<std::uint32_t>();
    Chunk chunk{.stored = {}, .skipped_filters = cursor.number<std::uint32_t>(), .offset = {}};
    for (std::size_t d = 0; d < rank; ++d) chunk.offset.push_back(static_cast<std::int64_t>(cursor.number<std::uint64_t>()));
    cursor.take(8);  // within an element
    const auto child = cursor.number<Address>();
    if (level > 0) {
      find_chunks_below(file, child, rank, level, into);
      continue;
    }
    chunk.stored = file.range(child, size);
    into.push_back(std::move(chunk));
  }
}

}  // namespace

std::vector<Filter> parse_filters(Bytes message) {
  Cursor cursor(message);
  const int version = cursor.number<std::uint8_t>();
  if (version != 1 && version != 2) unsupported("has filters of an unknown version");
  const int count = cursor.number<std::uint8_t>();
  if (version == 1) cursor.take(6);
  std::vector<Filter> filters;
  for (int i = 0; i < count; ++i) {
    const auto id = cursor.number<std::uint16_t>();
    if (id != std::uint16_t(Filter::Kind::deflate) && id != std::uint16_t(Filter::Kind::shuffle))
      unsupported(fmt::format("is packed by filter {}", id));
    const auto name_size = version == 1 ? cursor.number<std::uint16_t>() : std::uint16_t(0);
    cursor.take(2);
    const auto values = cursor.number<std::uint16_t>();
    cursor.take(name_size);
    cursor.take(4 * (values + (version == 1 ? values % 2 : 0)));
    filters.push_back({Filter::Kind(id)});
  }
  return filters;
}

std::vector<Chunk> find_chunks(File& file, const ChunkLayout& layout) {
  std::vector<Chunk> chunks;
  if (layout.tree != kUndefined) find_chunks_below(file, layout.tree, layout.shape.size(), kMaxChunkTreeLevel, chunks);
  return chunks;
}

void place_chunk(const Chunk& chunk, const ChunkLayout& layout, const std::vector<Filter>& filters, const at::Tensor& into) {
  const std::size_t width = into.element_size();
  const auto size = static_cast<std::size_t>(element_count(layout.shape, "a chunk")) * width;
  std::string bytes = unpacked(chunk, filters, size, width);
  at::Tensor from = at::from_blob(bytes.data(), layout.shape, into.options()), to = into;
  for (std::int64_t d = 0; d < into.dim(); ++d) {
    const std::int64_t begin = chunk.offset[d];
    if (begin < 0 || begin >= into.size(d)) corrupt("has a chunk outside its dataset");
    const std::int64_t length = std::min(into.size(d) - begin, layout.shape[d]);
    from = from.narrow(d, 0, length);
    to = to.narrow(d, begin, length);
  }
  to.copy_(from);
}

}  // namespace inkstone::hdf5
