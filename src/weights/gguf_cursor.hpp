// Bytes of a GGUF file, taken one value at a time, never past the end. Little-endian.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::gguf {

[[noreturn]] inline void corrupt(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, what + "; get the file again");
}

class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  Bytes take(std::uint64_t count) {
    if (count > left()) corrupt("the GGUF file ends too early");
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

  std::string text() {
    const Bytes part = take(number<std::uint64_t>());
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

  // A number of things of which each takes at least `least` bytes.
  std::uint64_t count(std::uint64_t least) {
    const auto value = number<std::uint64_t>();
    if (value > left() / least) corrupt("the GGUF file claims more than it can hold");
    return value;
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
};

}  // namespace inkstone::gguf
