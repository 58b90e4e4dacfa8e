// SHA-256 (FIPS 180-4), the name by which files are known: in the catalogue, in the recipe of a picture.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/files.hpp"

namespace inkstone {

// Hashes what is given piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(Bytes bytes);
  // 64 lower-case hex digits; call it once, last.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(Bytes bytes);

// Reads the file in blocks, whatever its size. Throws not_found, io.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace inkstone
