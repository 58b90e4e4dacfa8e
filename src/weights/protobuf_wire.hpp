// The wire format of Protocol Buffers, read in place: ONNX and Caffe files are such messages, and of hundreds of fields
// their readers want a dozen. Compared with generated code this copies nothing, has no 2 GiB limit, and cannot clash
// with the copy of the ONNX schema that libtorch registers. Encoding: protobuf.dev/programming-guides/encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

struct ProtoField {
  enum class Type { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  std::uint32_t number = 0;
  Type type = Type::varint;
  std::uint64_t value = 0;  // of varint, fixed64 and fixed32
  Bytes bytes;              // of bytes: a view into the message

  // Throw corrupt_file when the field is of another type.
  std::uint64_t integer() const;
  Bytes message() const;
  std::string text() const;

  // Adds the numbers of a repeated field, packed or one at a time. Throws corrupt_file, also above so many in all.
  void append_to(std::vector<std::int64_t>& integers, std::size_t limit = SIZE_MAX) const;
};

// Walks the fields of one message in file order.
class ProtoReader {
 public:
  explicit ProtoReader(Bytes message) : rest_(message) {}

  // Absent at the end. Throws corrupt_file for a field that is cut off or of an unknown type.
  std::optional<ProtoField> next();

 private:
  Bytes rest_;
};

}  // namespace inkstone
