#include "catalogue/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw Error(ErrorCategory::io, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder.string(), code.message()));
}

}  // namespace

bool digest_matches(const std::string& found, const std::string& expected) {
  return !expected.empty() && found.starts_with(expected);
}

PartFile::PartFile(std::filesystem::path target, Expected expected)
    : target_(std::move(target)), part_(target_), expected_(std::move(expected)) {
  part_ += ".part";
  make_folder(target_.parent_path());
  descriptor_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) fail(part_);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    throw Error(ErrorCategory::io, fmt::format("another program is downloading {}; wait for it", target_.string()));
  }
  struct stat info {};
  if (::fstat(descriptor_, &info) == 0) size_ = static_cast<std::uint64_t>(info.st_size);
  if (size_ > expected_.size) start_over();
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  if (size_ == 0) ::unlink(part_.c_str());
  ::close(descriptor_);
}

void PartFile::append(Bytes bytes) {
  if (size_ + bytes.size() > expected_.size)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("the source of {} gives more than the {} bytes it {}", target_.filename().string(), expected_.size,
                            expected_.exact ? "should have; it may have been replaced" : "may have"));
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(part_);
    size_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PartFile::start_over() {
  if (::ftruncate(descriptor_, 0) != 0) fail(part_);
  size_ = 0;
}

bool PartFile::finish() {
  if (expected_.exact && (size_ != expected_.size || !digest_matches(sha256_file(part_), expected_.digest))) {
    ::unlink(part_.c_str());
    ::close(std::exchange(descriptor_, -1));
    return false;
  }
  if (::fsync(descriptor_) != 0) fail(part_);
  if (::rename(part_.c_str(), target_.c_str()) != 0) fail(target_);
  ::close(std::exchange(descriptor_, -1));
  return true;
}

}  // namespace inkstone
