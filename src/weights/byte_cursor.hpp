// Bytes of a pickle, taken one operand at a time, never past the end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::pickle {

class ByteCursor {
 public:
  explicit ByteCursor(Bytes bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }

  Bytes take(std::uint64_t count) {
    if (count > bytes_.size() - position_)
      throw Error(ErrorCategory::corrupt_file, "the PyTorch file ends too early; get the file again");
    const Bytes part = bytes_.subspan(position_, count);
    position_ += count;
    return part;
  }

  // Little-endian.
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

  // Up to the next line feed, which is taken too.
  std::string line() {
    std::string result;
    for (char c = number<char>(); c != '\n'; c = number<char>()) result += c;
    return result;
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
};

}  // namespace inkstone::pickle
