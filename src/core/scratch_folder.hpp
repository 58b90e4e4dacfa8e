// A folder for what is made on the way, gone with its owner.
#pragma once

#include <filesystem>
#include <string>

namespace inkstone {

class ScratchFolder {
 public:
  // A fresh folder in parent, its name starting with prefix. Throws io.
  ScratchFolder(const std::filesystem::path& parent, const std::string& prefix);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace inkstone
