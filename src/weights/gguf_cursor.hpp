// The fields of a GGUF file.
#pragma once

#include <string>

#include "weights/byte_cursor.hpp"

namespace inkstone::gguf {

[[noreturn]] inline void corrupt(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, what + "; get the file again");
}

class Cursor : public ByteCursor {
 public:
  explicit Cursor(Bytes bytes) : ByteCursor(bytes, "GGUF") {}

  std::string text() { return ByteCursor::text(number<std::uint64_t>()); }

  // A number of things of which each takes at least `least` bytes.
  std::uint64_t count(std::uint64_t least) {
    const auto value = number<std::uint64_t>();
    if (value > left() / least) corrupt("the GGUF file claims more than it can hold");
    return value;
  }
};

}  // namespace inkstone::gguf
