// Hostile raw manifests beside a variable of 16 bytes: the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "weights/raw_manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const inkstone::Folder folder;
  static const auto variable = folder.write("a", std::string(16, '\x3f'));
  try {
    inkstone::read_raw_manifest(folder.write("manifest.json", std::string(reinterpret_cast<const char*>(data), size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
