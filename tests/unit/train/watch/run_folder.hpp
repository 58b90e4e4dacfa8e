// A run's folder that vanishes, and what the tests of the watchers look at.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <optional>
#include <string>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::test {

class RunFolder {
 public:
  RunFolder() {
    auto form = (std::filesystem::temp_directory_path() / "inkstone-watch-XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  ~RunFolder() { std::filesystem::remove_all(path_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string text(const std::string& name) const { return read_file(path_ / name); }
  void put(const std::string& name, const std::string& content) const { write_file_atomic(path_ / name, as_bytes(content)); }

 private:
  std::filesystem::path path_;
};

template <class Body>
std::optional<ErrorCategory> category_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.category();
  }
  return std::nullopt;
}

}  // namespace inkstone::test
