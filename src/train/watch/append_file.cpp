#include "train/watch/append_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int code) {
  throw Error(ErrorCategory::io,
              fmt::format("cannot write {}: {}; put that right and resume the run", path.string(), std::strerror(code)));
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(path_, errno);
  size_ = ::lseek(descriptor_, 0, SEEK_END);
}

AppendFile::~AppendFile() {
  ::close(descriptor_);
}

void AppendFile::append(Bytes bytes) {
  const auto whole = static_cast<int64_t>(bytes.size());
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int code = errno;
      // best effort: readers also skip a torn end
      [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, size_);
      fail(path_, code);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  size_ += whole;
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail(path, error.value());
}

}  // namespace inkstone
