// A file that only grows. What was appended is in the kernel's hands when append() returns, so a killed run loses at most the
// piece being written; a piece that did not fit is taken back.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/files.hpp"

namespace inkstone {

// Throws io when the file cannot be opened or written: disk full, permission denied.
class AppendFile {
 public:
  explicit AppendFile(std::filesystem::path path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  void append(Bytes bytes);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  int64_t size_ = 0;
};

// Creates a folder and those above it. Throws io.
void make_folder(const std::filesystem::path& path);

// The last step whose traces stay when a run starts at first_step; a fresh run keeps nothing.
inline int64_t last_kept(int64_t first_step) {
  return first_step > 0 ? first_step : -1;
}

}  // namespace inkstone
