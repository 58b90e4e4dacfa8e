// A download under way: NAME.part beside its target, kept when the transfer is cut so that the next one goes on from
// there, and given its name only once its size and digest are right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/files.hpp"

namespace inkstone {

// What a file must be. digest: lower-case hex, or its first digits. Where exact is false, of a file that no catalogue
// knows, size is the most it may have and there is no digest.
struct Expected {
  std::uint64_t size = 0;
  std::string digest;
  bool exact = true;
};

bool digest_matches(const std::string& found, const std::string& expected);

class PartFile {
 public:
  // Opens or creates target + ".part", making the folders above. Throws io, also when another process is filling it.
  PartFile(std::filesystem::path target, Expected expected);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::uint64_t size() const { return size_; }
  const Expected& expected() const { return expected_; }
  const std::filesystem::path& path() const { return part_; }

  // Throws io (disk full), and corrupt_file when more comes than is expected.
  void append(Bytes bytes);
  void start_over();
  // True: the bytes are right and stand under the target's name. False: they are wrong and gone.
  bool finish();

 private:
  std::filesystem::path target_, part_;
  Expected expected_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace inkstone
