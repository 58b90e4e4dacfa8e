#include "weights/protobuf_wire.hpp"

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void corrupt_message(const char* what) {
  throw Error(ErrorCategory::corrupt_file, std::string("the model file ") + what + "; get the file again");
}

Bytes take(Bytes& from, std::uint64_t count) {
  if (count > from.size()) corrupt_message("ends in the middle of a field");
  const Bytes taken = from.first(count);
  from = from.subspan(count);
  return taken;
}

std::uint64_t take_varint(Bytes& from) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(take(from, 1)[0]);
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  corrupt_message("has a number of more than 64 bits");
}

std::uint64_t take_fixed(Bytes& from, int count) {
  const Bytes bytes = take(from, count);
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

}  // namespace

std::uint64_t ProtoField::integer() const {
  if (type != Type::varint) corrupt_message("has another field where a number must be");
  return value;
}

Bytes ProtoField::message() const {
  if (type != Type::bytes) corrupt_message("has a number where a message must be");
  return bytes;
}

std::string ProtoField::text() const {
  const Bytes content = message();
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

void ProtoField::append_to(std::vector<std::int64_t>& integers, std::size_t limit) const {
  const auto append = [&](std::uint64_t value) {
    if (integers.size() >= limit) corrupt_message("has a list that is too long");
    integers.push_back(static_cast<std::int64_t>(value));
  };
  if (type != Type::bytes) return append(integer());
  for (Bytes rest = bytes; !rest.empty();) append(take_varint(rest));
}

std::optional<ProtoField> ProtoReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::uint64_t key = take_varint(rest_);
  if (key >> 3 == 0 || key >> 3 > (1u << 29) - 1) corrupt_message("has a field that cannot be");
  ProtoField field;
  field.number = static_cast<std::uint32_t>(key >> 3);
  field.type = ProtoField::Type(key & 7);
  switch (field.type) {
    case ProtoField::Type::varint:
      field.value = take_varint(rest_);
      break;
    case ProtoField::Type::fixed64:
      field.value = take_fixed(rest_, 8);
      break;
    case ProtoField::Type::bytes:
      field.bytes = take(rest_, take_varint(rest_));
      break;
    case ProtoField::Type::fixed32:
      field.value = take_fixed(rest_, 4);
      break;
    default:
      corrupt_message("has a field of an unknown type");
  }
  return field;
}

}  // namespace inkstone
