#include "train/watch/proto_writer.hpp"

#include <bit>

namespace inkstone {
namespace {

constexpr int kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5;

}  // namespace

void ProtoWriter::varint(uint64_t value) {
  for (; value >= 128; value >>= 7) bytes_.push_back(static_cast<char>(value | 128));
  bytes_.push_back(static_cast<char>(value));
}

ProtoWriter& ProtoWriter::oneof_integer(int field, int64_t value) {
  key(field, kVarint);
  varint(static_cast<uint64_t>(value));
  return *this;
}

ProtoWriter& ProtoWriter::number(int field, double value) {
  if (value == 0) return *this;
  key(field, kFixed64);
  put_little_endian(bytes_, std::bit_cast<uint64_t>(value));
  return *this;
}

ProtoWriter& ProtoWriter::oneof_float(int field, float value) {
  key(field, kFixed32);
  put_little_endian(bytes_, std::bit_cast<uint32_t>(value));
  return *this;
}

ProtoWriter& ProtoWriter::item(int field, std::string_view bytes) {
  key(field, kLength);
  varint(bytes.size());
  bytes_ += bytes;
  return *this;
}

ProtoWriter& ProtoWriter::numbers(int field, std::span<const double> values) {
  std::string packed;
  for (const double value : values) put_little_endian(packed, std::bit_cast<uint64_t>(value));
  return text(field, packed);
}

}  // namespace inkstone
