// Zip archives written by hand, with every field in reach of a test that wants it wrong.
#pragma once

#include <string>
#include <vector>

#include "core/crc32.hpp"

namespace inkstone {

struct ZipPart {
  std::string name, content;
  std::string deflated = {};  // the content's deflate stream; empty: stored
};

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(i < 8 ? value >> (8 * i) : 0);
  return out;
}

// Method, time, date, CRC-32, both sizes, name and extra size: the same in both headers.
inline std::string zip_fields(const ZipPart& part) {
  const auto stored = part.deflated.empty() ? part.content.size() : part.deflated.size();
  return little_endian(part.deflated.empty() ? 0 : 8, 2) + little_endian(0, 4) + little_endian(crc32(as_bytes(part.content)), 4) +
         little_endian(stored, 4) + little_endian(part.content.size(), 4) + little_endian(part.name.size(), 2) +
         little_endian(0, 2);
}

inline std::string zip_of(const std::vector<ZipPart>& parts) {
  std::string archive, directory;
  for (const auto& part : parts) {
    directory += "PK\1\2" + little_endian(0x000A000A, 4) + little_endian(0, 2) + zip_fields(part) + little_endian(0, 10) +
                 little_endian(archive.size(), 4) + part.name;
    archive +=
        "PK\3\4" + little_endian(0x0A, 4) + zip_fields(part) + part.name + (part.deflated.empty() ? part.content : part.deflated);
  }
  const std::string count = little_endian(parts.size(), 2);
  return archive + directory + "PK\5\6" + little_endian(0, 4) + count + count + little_endian(directory.size(), 4) +
         little_endian(archive.size(), 4) + little_endian(0, 2);
}

}  // namespace inkstone
