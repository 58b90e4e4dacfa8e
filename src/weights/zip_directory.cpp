#include "weights/zip_directory.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/crc32.hpp"
#include "inkstone/error.hpp"
#include "weights/gzip.hpp"

namespace inkstone {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kLocator64 = 0x07064b50;
constexpr std::size_t kEndSize = 22, kMaxComment = 65535, kLocatorSize = 20;
constexpr std::uint32_t kSee64 = 0xffffffff;  // the value stands in a zip64 field
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint64_t kMostGain = 1032;  // deflate cannot unpack to more than so many times its size
constexpr std::uint16_t kSee64Short = 0xffff, kExtra64 = 1;

[[noreturn]] void corrupt_zip(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the zip archive {}; get the file again", what));
}

Bytes part(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) corrupt_zip("points outside itself");
  return bytes.subspan(offset, size);
}

template <class T>
T number(Bytes bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, part(bytes, offset, sizeof value).data(), sizeof value);
  return value;
}

std::string text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Directory {
  std::uint64_t entries, size, offset;
};

struct DirectoryEntry {
  std::string name;
  std::uint64_t header, begin, end, size;
  std::uint32_t crc;
  bool deflated;
};

std::size_t find_end(Bytes archive) {
  if (archive.size() < kEndSize) corrupt_zip("ends too early");
  const std::size_t last = archive.size() - kEndSize, first = last - std::min(last, kMaxComment);
  for (std::size_t at = last + 1; at-- > first;)
    if (number<std::uint32_t>(archive, at) == kEnd) return at;
  corrupt_zip("has no directory");
}

Directory directory64(Bytes archive, std::size_t end) {
  if (end < kLocatorSize || number<std::uint32_t>(archive, end - kLocatorSize) != kLocator64)
    corrupt_zip("lacks its zip64 directory");
  const auto at = number<std::uint64_t>(archive, end - kLocatorSize + 8);
  const Bytes record = part(archive, at, 56);
  if (number<std::uint32_t>(record, 0) != kEnd64) corrupt_zip("lacks its zip64 directory");
  return {number<std::uint64_t>(record, 32), number<std::uint64_t>(record, 40), number<std::uint64_t>(record, 48)};
}

Directory find_directory(Bytes archive) {
  const std::size_t end = find_end(archive);
  const Directory found{number<std::uint16_t>(archive, end + 10), number<std::uint32_t>(archive, end + 12),
                        number<std::uint32_t>(archive, end + 16)};
  const bool large = found.entries == kSee64Short || found.size == kSee64 || found.offset == kSee64;
  return large ? directory64(archive, end) : found;
}

// Replaces the values that say "see zip64" by those of the extra field, which holds just these, in this order.
void read_extra64(Bytes extra, std::initializer_list<std::uint64_t*> values) {
  std::uint64_t at = 0;
  while (number<std::uint16_t>(extra, at) != kExtra64) at += 4 + number<std::uint16_t>(extra, at + 2);
  const Bytes field = part(extra, at + 4, number<std::uint16_t>(extra, at + 2));
  std::uint64_t next = 0;
  for (std::uint64_t* value : values)
    if (*value == kSee64) *value = number<std::uint64_t>(field, next), next += 8;
}

// Where the content of the entry begins, by its own header, which must agree with the directory about the name.
std::uint64_t content_offset(Bytes archive, const DirectoryEntry& entry) {
  const Bytes header = part(archive, entry.header, 30);
  if (number<std::uint32_t>(header, 0) != kLocalHeader) corrupt_zip(fmt::format("does not hold '{}' where it says", entry.name));
  const auto name_size = number<std::uint16_t>(header, 26), extra_size = number<std::uint16_t>(header, 28);
  if (text(part(archive, entry.header + 30, name_size)) != entry.name)
    corrupt_zip(fmt::format("has two names for '{}'", entry.name));
  return entry.header + 30 + name_size + extra_size;
}

void check_method(const DirectoryEntry& entry, std::uint16_t method, bool encrypted, ZipMethods allowed) {
  if (encrypted) throw Error(ErrorCategory::unsupported, fmt::format("the zip archive encrypts '{}'", entry.name));
  if (method == kStored || (method == kDeflated && allowed == ZipMethods::deflated_too)) return;
  throw Error(ErrorCategory::unsupported,
              fmt::format("the zip archive compresses '{}' in a way that is not read here", entry.name));
}

DirectoryEntry read_entry(Bytes archive, Bytes record, ZipMethods allowed) {
  const auto name_size = number<std::uint16_t>(record, 28), extra_size = number<std::uint16_t>(record, 30),
             method = number<std::uint16_t>(record, 10);
  DirectoryEntry entry{text(part(record, 46, name_size)),
                       number<std::uint32_t>(record, 42),
                       0,
                       0,
                       0,
                       number<std::uint32_t>(record, 16),
                       method == kDeflated};
  check_method(entry, method, number<std::uint16_t>(record, 8) & 1, allowed);
  std::uint64_t stored = number<std::uint32_t>(record, 20), size = number<std::uint32_t>(record, 24);
  if (stored == kSee64 || size == kSee64 || entry.header == kSee64)
    read_extra64(part(record, 46 + name_size, extra_size), {&size, &stored, &entry.header});
  if (entry.deflated ? size / kMostGain > stored : stored != size)
    corrupt_zip(fmt::format("contradicts itself about the size of '{}'", entry.name));
  entry.begin = content_offset(archive, entry);
  part(archive, entry.begin, stored);
  entry.end = entry.begin + stored;
  entry.size = size;
  return entry;
}

std::vector<DirectoryEntry> read_entries(Bytes archive, ZipMethods allowed) {
  const Directory directory = find_directory(archive);
  const Bytes records = part(archive, directory.offset, directory.size);
  std::vector<DirectoryEntry> entries;
  for (std::uint64_t i = 0, at = 0; i < directory.entries; ++i) {
    const Bytes record = part(records, at, records.size() - std::min<std::uint64_t>(at, records.size()));
    if (number<std::uint32_t>(record, 0) != kCentralHeader) corrupt_zip("has a damaged directory");
    at += 46 + number<std::uint16_t>(record, 28) + number<std::uint16_t>(record, 30) + number<std::uint16_t>(record, 32);
    entries.push_back(read_entry(archive, record, allowed));
    if (entries.back().end > directory.offset) corrupt_zip("has an entry inside its directory");
  }
  return entries;
}

}  // namespace

std::map<std::string, ZipEntry> zip_entries(Bytes archive, ZipMethods allowed) {
  std::vector<DirectoryEntry> entries = read_entries(archive, allowed);
  std::sort(entries.begin(), entries.end(), [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.header < b.header; });
  std::map<std::string, ZipEntry> result;
  std::uint64_t free = 0;
  for (const DirectoryEntry& entry : entries) {
    if (entry.header < free) corrupt_zip(fmt::format("has entries that overlap at '{}'", entry.name));
    free = entry.end;
    const ZipEntry stored{archive.subspan(entry.begin, entry.end - entry.begin), entry.size, entry.deflated, entry.crc};
    if (!result.emplace(entry.name, stored).second) corrupt_zip(fmt::format("holds '{}' twice", entry.name));
  }
  return result;
}

Bytes intact_content(const ZipEntry& entry, const std::string& name) {
  if (entry.crc != 0 && crc32(entry.stored) != entry.crc)
    corrupt_zip(fmt::format("is damaged: the checksum of '{}' is wrong", name));
  return entry.stored;
}

std::string unpacked_content(const ZipEntry& entry, const std::string& name) {
  auto content = inflated(entry.stored, entry.size + 1);
  if (content.size() != entry.size) corrupt_zip(fmt::format("contradicts itself about the size of '{}'", name));
  if (entry.crc != 0 && crc32(as_bytes(content)) != entry.crc)
    corrupt_zip(fmt::format("is damaged: the checksum of '{}' is wrong", name));
  return content;
}

}  // namespace inkstone
