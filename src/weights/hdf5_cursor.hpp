// Bytes of an HDF5 file, taken one field at a time and never past their end; numbers are little-endian.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::hdf5 {

[[noreturn]] inline void corrupt(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the HDF5 file {}; get it again", what));
}

[[noreturn]] inline void unsupported(const std::string& what) {
  throw Error(ErrorCategory::unsupported, fmt::format("the HDF5 file {}; save it with h5py's defaults, or as safetensors", what));
}

class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}

  std::uint64_t left() const { return bytes_.size() - position_; }

  Bytes take(std::uint64_t count) {
    if (count > left()) corrupt("ends too early");
    const Bytes part = bytes_.subspan(position_, count);
    position_ += count;
    return part;
  }

  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  // Of at most 8 bytes.
  std::uint64_t number_of(std::uint64_t width) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(width).data(), width);
    return value;
  }

  std::string text(std::uint64_t count) {
    const Bytes part = take(count);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

  void expect(std::string_view signature) {
    if (text(signature.size()) != signature) corrupt(fmt::format("lacks its {} where it points to one", signature));
  }

  // Older versions of the format pad to eight bytes.
  void pad(std::uint64_t size) { take((8 - size % 8) % 8); }

 private:
  Bytes bytes_;
  std::uint64_t position_ = 0;
};

}  // namespace inkstone::hdf5
