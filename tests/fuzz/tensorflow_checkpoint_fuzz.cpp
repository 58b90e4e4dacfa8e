// Hostile TensorFlow checkpoints beside 16 bytes of data: the reader returns or throws inkstone::Error. Inputs that open with 'b'
// are the content of a block instead, which gets the checksums that no mutation finds.
#include <cstddef>
#include <cstdint>

#include "weights/tensorflow_checkpoint.hpp"

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "unit/weights/table_writer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const inkstone::Folder folder;
  static const auto content = folder.write("x.data-00000-of-00001", std::string(16, '\x3f'));
  const std::string input(reinterpret_cast<const char*>(data), size);
  const auto wrapped = [&](std::size_t from, char compression) {
    return inkstone::table_file({input.substr(from)}, compression);
  };
  try {
    inkstone::read_tensorflow_checkpoint(folder.write("x.index", input.starts_with("b1")  ? wrapped(2, 1)
                                                                 : input.starts_with('b') ? wrapped(1, 0)
                                                                                          : input));
  } catch (const inkstone::Error&) {
  }
  return 0;
}
