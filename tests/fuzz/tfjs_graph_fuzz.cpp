// Hostile model.json of TensorFlow.js graphs beside a shard of 64 bytes: the reader returns or throws inkstone::Error.
#include <cstddef>
#include <cstdint>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "weights/tfjs_graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const inkstone::Folder folder;
  static const auto shard = folder.write("shard.bin", std::string(64, '\x01'));
  try {
    inkstone::read_tfjs_graph(folder.write("model.json", std::string(reinterpret_cast<const char*>(data), size)));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
