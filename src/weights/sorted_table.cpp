#include "weights/sorted_table.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "core/crc32.hpp"
#include "inkstone/error.hpp"
#include "weights/snappy.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kTableMagic = 0xDB4775248B80FB57;
constexpr std::size_t kFooterBytes = 48, kTrailerBytes = 5;  // of a block: how it is compressed, and its checksum
constexpr std::size_t kMaxKey = 4096;
constexpr std::uint64_t kMostKeyBytes =
    64;  // per byte of the file: keys share beginnings, and a small file must not fill the memory

[[noreturn]] void corrupt_table(const char* what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the table of the checkpoint {}; get the file again", what));
}

class TableCursor {
 public:
  explicit TableCursor(Bytes bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }

  Bytes take(std::uint64_t count) {
    if (count > rest_.size()) corrupt_table("ends in the middle of an entry");
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::string_view text(std::uint64_t count) {
    const Bytes taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(take(1)[0]);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    corrupt_table("has a number of more than 64 bits");
  }

 private:
  Bytes rest_;
};

template <class T>
T table_number(Bytes bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

struct BlockHandle {
  std::uint64_t offset = 0, size = 0;
};

BlockHandle read_handle(TableCursor& cursor) {
  BlockHandle handle;
  handle.offset = cursor.varint();
  handle.size = cursor.varint();
  return handle;
}

// The block's entries; unpacked holds them where they were compressed.
Bytes block_at(Bytes file, BlockHandle handle, std::string& unpacked) {
  const std::uint64_t end = file.size() - kFooterBytes;
  if (handle.offset > end || handle.size > end - handle.offset || kTrailerBytes > end - handle.offset - handle.size)
    corrupt_table("has a block that lies outside of it");
  const Bytes content = file.subspan(handle.offset, handle.size), checked = file.subspan(handle.offset, handle.size + 1);
  if (masked_crc32c(checked) != table_number<std::uint32_t>(file.subspan(handle.offset + handle.size + 1, 4)))
    corrupt_table("has a block with a wrong checksum");
  const auto compression = std::to_integer<int>(checked.back());
  if (compression > 1)
    throw Error(ErrorCategory::unsupported,
                fmt::format("the table of the checkpoint is compressed by method {}, which cannot be read", compression));
  if (compression == 0) return content;
  unpacked = unpack_snappy(content);
  return as_bytes(unpacked);
}

// Without the places, at the end, from which a search may start.
Bytes entries_of(Bytes block) {
  if (block.size() < 4) corrupt_table("has a block without an end");
  const std::uint64_t restarts = table_number<std::uint32_t>(block.last(4));
  if (4 * (restarts + 1) > block.size()) corrupt_table("has a block without an end");
  return block.first(block.size() - 4 * (restarts + 1));
}

class TableReader {
 public:
  explicit TableReader(Bytes file) : file_(file) {}

  std::vector<TableEntry> read() {
    TableCursor footer(file_.last(kFooterBytes));
    read_handle(footer);  // of blocks about blocks, which nobody writes
    std::vector<TableEntry> index, entries;
    read_block(read_handle(footer), index);
    for (const auto& entry : index) {
      TableCursor value(as_bytes(entry.value));
      read_block(read_handle(value), entries);
    }
    return entries;
  }

 private:
  void read_block(BlockHandle handle, std::vector<TableEntry>& into) {
    std::string unpacked;
    for (TableCursor cursor(entries_of(block_at(file_, handle, unpacked))); !cursor.done();) {
      const auto shared = cursor.varint(), own = cursor.varint(), value = cursor.varint();
      const std::string before = into.empty() ? std::string() : into.back().key;
      if (shared > before.size() || own > kMaxKey - std::min<std::uint64_t>(shared, kMaxKey))
        corrupt_table("has a key that cannot be");
      TableEntry entry{before.substr(0, shared) + std::string(cursor.text(own)), {}};
      entry.value = cursor.text(value);
      if (!into.empty() && entry.key <= before) corrupt_table("has keys out of order");
      count(entry.key.size() + entry.value.size() + sizeof entry);
      into.push_back(std::move(entry));
    }
  }

  void count(std::uint64_t bytes) {
    held_ += bytes;
    if (held_ > kMostKeyBytes * file_.size()) corrupt_table("holds more than a file of its size can");
  }

  Bytes file_;
  std::uint64_t held_ = 0;
};

}  // namespace

bool is_sorted_table(Bytes file) {
  return file.size() >= kFooterBytes && table_number<std::uint64_t>(file.last(8)) == kTableMagic;
}

std::vector<TableEntry> read_sorted_table(Bytes file) {
  if (!is_sorted_table(file)) corrupt_table("is not whole");
  return TableReader(file).read();
}

}  // namespace inkstone
