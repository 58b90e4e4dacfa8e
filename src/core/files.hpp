// Files as the rest of the program sees them: read whole or mapped, written whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace inkstone {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// A read-only memory map. Throws not_found, io. An empty file maps to an empty span.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;

  Bytes bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

// Gives back the memory behind bytes of a MappedFile; what is touched again is read again. Only for such bytes: others would be
// lost.
void release_pages(Bytes mapped);

// The whole file. Throws not_found, io, and corrupt_file when it is larger than limit.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t(1) << 32);

// Writes beside path, fsyncs, renames over it: a reader sees the old file or the new one. Throws io.
void write_file_atomic(const std::filesystem::path& path, Bytes bytes);

// A writer for what is made piece by piece; commit() does what write_file_atomic does. Left uncommitted, it
// removes its temporary file.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(Bytes bytes);
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  int descriptor_ = -1;
};

}  // namespace inkstone
