// Numbers out of untrusted bytes: every read is checked against the end. Private to the image layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/files.hpp"
#include "image/text_encoding.hpp"

namespace inkstone {

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The part [offset, offset + length), or absent where it is not all there.
inline std::optional<std::string_view> slice(std::string_view bytes, std::uint64_t offset, std::uint64_t length) {
  if (offset > bytes.size() || length > bytes.size() - offset) return std::nullopt;
  return bytes.substr(offset, length);
}

// An unsigned number of size bytes (at most 8).
inline std::optional<std::uint64_t> number_at(std::string_view bytes, std::uint64_t offset, int size, ByteOrder order) {
  const auto part = slice(bytes, offset, static_cast<std::uint64_t>(size));
  if (!part) return std::nullopt;
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>((*part)[order == ByteOrder::big ? i : size - 1 - i]);
  return value;
}

inline void append_number(std::string& out, std::uint64_t value, int size, ByteOrder order) {
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * (order == ByteOrder::big ? size - 1 - i : i)) & 255);
}

}  // namespace inkstone
