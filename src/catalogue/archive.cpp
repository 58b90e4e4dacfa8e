#include "catalogue/archive.hpp"

#include <memory>
#include <optional>
#include <set>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "catalogue/source.hpp"
#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kUnpackBlock = std::size_t(1) << 18;

class TarReader {
 public:
  TarReader(const std::filesystem::path& path, const ArchiveLimits& limits)
      : path_(path), limits_(limits), archive_(archive_read_new(), &archive_read_free) {
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_format_tar(archive_.get());
    if (archive_read_open_filename(archive_.get(), path.c_str(), kUnpackBlock) != ARCHIVE_OK) fail(reason());
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} cannot be unpacked: {}", path_.filename().string(), what));
  }

  // The next regular file's path, absent at the end.
  std::optional<std::string> next() {
    for (;;) {
      const int code = archive_read_next_header(archive_.get(), &entry_);
      if (code == ARCHIVE_EOF) return std::nullopt;
      if (code != ARCHIVE_OK) fail(reason());
      if (++entries_ > limits_.entries) fail("it has too many entries");
      if (auto path = checked_path()) return path;
    }
  }

  std::uint64_t size() const { return static_cast<std::uint64_t>(archive_entry_size(entry_)); }

  // The rest of the current file, block by block.
  template <class Sink>
  void read(Sink&& sink) {
    for (;;) {
      const auto got = archive_read_data(archive_.get(), block_.data(), block_.size());
      if (got < 0) fail(reason());
      if (got == 0) return;
      total_ += static_cast<std::uint64_t>(got);
      if (total_ > limits_.total_bytes) fail("it unpacks to more than it may");
      sink(as_bytes({block_.data(), static_cast<std::size_t>(got)}));
    }
  }

 private:
  std::string reason() const {
    const char* text = archive_error_string(archive_.get());
    return text == nullptr ? "it is truncated or not a .tar.gz" : text;
  }

  std::optional<std::string> checked_path() const {
    const char* raw = archive_entry_pathname(entry_);
    std::string path = raw == nullptr ? "" : raw;
    const auto type = archive_entry_filetype(entry_);
    if (type == AE_IFDIR && path.ends_with('/')) path.pop_back();
    if (!is_inside(path)) fail(fmt::format("the path '{}' leaves its folder", path));
    if (archive_entry_hardlink(entry_) != nullptr || archive_entry_symlink(entry_) != nullptr ||
        (type != AE_IFREG && type != AE_IFDIR))
      fail(fmt::format("'{}' is a link or a device", path));
    return type == AE_IFREG ? std::optional(path) : std::nullopt;
  }

  const std::filesystem::path& path_;
  const ArchiveLimits& limits_;
  std::unique_ptr<archive, decltype(&archive_read_free)> archive_;
  archive_entry* entry_ = nullptr;
  std::uint64_t entries_ = 0, total_ = 0;
  std::string block_ = std::string(kUnpackBlock, '\0');
};

void write_current(TarReader& tar, const std::filesystem::path& target, std::uint64_t size) {
  if (tar.size() != size) tar.fail(fmt::format("{} has {} bytes, {} expected", target.filename().string(), tar.size(), size));
  std::filesystem::create_directories(target.parent_path());
  AtomicFile file(target);
  tar.read([&](Bytes bytes) { file.write(bytes); });
  file.commit();
}

}  // namespace

void extract_tar_gz(const std::filesystem::path& archive, const std::filesystem::path& folder,
                    const std::map<std::string, std::uint64_t>& wanted, const ArchiveLimits& limits) {
  TarReader tar(archive, limits);
  std::set<std::string> seen;
  while (const auto path = tar.next()) {
    const auto found = wanted.find(*path);
    if (found == wanted.end()) {
      tar.read([](Bytes) {});
      continue;
    }
    if (!seen.insert(*path).second) tar.fail(fmt::format("'{}' comes twice", *path));
    write_current(tar, folder / *path, found->second);
  }
  for (const auto& [path, size] : wanted)
    if (!seen.contains(path)) tar.fail(fmt::format("'{}' is not in it", path));
}

}  // namespace inkstone
