// Bytes of a file, taken one value at a time and never past their end; numbers are little-endian.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone {

class ByteCursor {
 public:
  // format: what messages call the file. Every call throws corrupt_file where the bytes end too early.
  ByteCursor(Bytes bytes, const char* format) : bytes_(bytes), format_(format) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }

  Bytes take(std::uint64_t count) {
    if (count > left())
      throw Error(ErrorCategory::corrupt_file, fmt::format("the {} file ends too early; get the file again", format_));
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

  std::string text(std::uint64_t count) {
    const Bytes part = take(count);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

 private:
  Bytes bytes_;
  const char* format_;
  std::uint64_t position_ = 0;
};

}  // namespace inkstone
