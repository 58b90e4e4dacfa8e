#include "weights/snappy.hpp"

#include <cstdint>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostExpansion = 64;  // a copy of 3 bytes gives at most 64

[[noreturn]] void corrupt_snappy() {
  throw Error(ErrorCategory::corrupt_file, "a compressed block of the file is damaged; get the file again");
}

class SnappyReader {
 public:
  explicit SnappyReader(Bytes packed) : rest_(packed) {}

  bool done() const { return rest_.empty(); }

  Bytes take(std::uint64_t count) {
    if (count > rest_.size()) corrupt_snappy();
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  // Little-endian, of up to four bytes.
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0, shift = 0;
    for (const auto byte : take(bytes)) value |= std::to_integer<std::uint64_t>(byte) << shift, shift += 8;
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const auto byte = number(1);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    corrupt_snappy();
  }

 private:
  Bytes rest_;
};

void literal(SnappyReader& reader, std::uint64_t tag, std::string& out) {
  std::uint64_t length = tag >> 2;
  if (length >= 60) length = reader.number(length - 59);
  const Bytes bytes = reader.take(length + 1);
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Byte after byte: the copy may run into what it has just written.
void copy_back(std::uint64_t offset, std::uint64_t length, std::string& out) {
  if (offset == 0 || offset > out.size()) corrupt_snappy();
  for (std::uint64_t i = 0; i < length; ++i) out += out[out.size() - offset];
}

}  // namespace

std::string unpack_snappy(Bytes packed) {
  SnappyReader reader(packed);
  const auto length = reader.varint();
  if (length > kMostExpansion * packed.size()) corrupt_snappy();
  std::string out;
  while (!reader.done() && out.size() <= length) {
    const auto tag = reader.number(1);
    switch (tag & 3) {
      case 0:
        literal(reader, tag, out);
        break;
      case 1:
        copy_back((tag >> 5) << 8 | reader.number(1), 4 + (tag >> 2 & 7), out);
        break;
      default:
        copy_back(reader.number((tag & 3) == 2 ? 2 : 4), 1 + (tag >> 2), out);
    }
  }
  if (out.size() != length) corrupt_snappy();
  return out;
}

}  // namespace inkstone
