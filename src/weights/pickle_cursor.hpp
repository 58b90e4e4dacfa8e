// The operands of a pickle.
#pragma once

#include <string>

#include "weights/byte_cursor.hpp"

namespace inkstone::pickle {

class Cursor : public ByteCursor {
 public:
  explicit Cursor(Bytes bytes) : ByteCursor(bytes, "PyTorch") {}

  // Up to the next line feed, which is taken too.
  std::string line() {
    std::string result;
    for (char c = number<char>(); c != '\n'; c = number<char>()) result += c;
    return result;
  }
};

}  // namespace inkstone::pickle
