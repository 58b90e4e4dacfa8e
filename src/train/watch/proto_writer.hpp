// Protocol buffers, written by hand: the few wire types that event files need, so that no protobuf library is linked.
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace inkstone {

// Fields must be added in the order of their numbers to give the bytes that other writers give. As in proto3, a zero or an empty
// text is left out; fields of a oneof and messages are always written (the methods that say so).
class ProtoWriter {
 public:
  ProtoWriter& integer(int field, int64_t value) { return value == 0 ? *this : oneof_integer(field, value); }
  ProtoWriter& number(int field, double value);
  ProtoWriter& text(int field, std::string_view bytes) { return bytes.empty() ? *this : item(field, bytes); }
  ProtoWriter& numbers(int field, std::span<const double> values);  // packed

  ProtoWriter& oneof_integer(int field, int64_t value);
  ProtoWriter& oneof_float(int field, float value);
  ProtoWriter& item(int field, std::string_view bytes);  // element of a repeated text, or of a oneof
  ProtoWriter& message(int field, const ProtoWriter& message) { return item(field, message.bytes_); }

  const std::string& bytes() const { return bytes_; }

 private:
  void varint(uint64_t value);
  void key(int field, int wire_type) { varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire_type)); }

  std::string bytes_;
};

// value in little-endian byte order, as protocol buffers and record files have it.
template <class T>
void put_little_endian(std::string& out, T value) {
  for (std::size_t k = 0; k < sizeof(T); ++k) out.push_back(static_cast<char>(value >> (8 * k)));
}

}  // namespace inkstone
