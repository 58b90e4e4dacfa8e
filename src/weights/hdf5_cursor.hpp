// The fields of an HDF5 file.
#pragma once

#include <string>
#include <string_view>

#include "weights/byte_cursor.hpp"

namespace inkstone::hdf5 {

[[noreturn]] inline void corrupt(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the HDF5 file {}; get it again", what));
}

[[noreturn]] inline void unsupported(const std::string& what) {
  throw Error(ErrorCategory::unsupported, fmt::format("the HDF5 file {}; save it with h5py's defaults, or as safetensors", what));
}

class Cursor : public ByteCursor {
 public:
  explicit Cursor(Bytes bytes) : ByteCursor(bytes, "HDF5") {}

  // Of at most 8 bytes.
  std::uint64_t number_of(std::uint64_t width) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(width).data(), width);
    return value;
  }

  void expect(std::string_view signature) {
    if (text(signature.size()) != signature) corrupt(fmt::format("lacks its {} where it points to one", signature));
  }

  // Older versions of the format pad to eight bytes.
  void pad(std::uint64_t size) { take((8 - size % 8) % 8); }
};

}  // namespace inkstone::hdf5
