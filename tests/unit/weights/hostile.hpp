// What the tests of the weight readers share: a scratch folder, and the category of the error that a call ends in.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "inkstone/error.hpp"

namespace inkstone {

class Folder {
 public:
  Folder() {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("inkstone-weights-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Small files of every format, made by make_*.py beside them.
inline const std::filesystem::path kData = INKSTONE_SOURCE_DIR "/tests/unit/weights/data";

inline std::string content_of(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

// Absent when the call ends without an inkstone::Error; any other exception passes through and fails the test.
template <class Call>
std::optional<ErrorCategory> category_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.category();
  }
  return std::nullopt;
}

}  // namespace inkstone
