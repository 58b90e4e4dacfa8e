// Hostile TensorFlow.js manifests beside a shard of 16 bytes: the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "weights/tfjs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const inkstone::Folder folder;
  static const auto shard = folder.write("shard", std::string(16, '\x3f'));
  try {
    inkstone::read_tfjs(folder.write("model.json", std::string(reinterpret_cast<const char*>(data), size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
