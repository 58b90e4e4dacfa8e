// The entries of a zip archive over its bytes, as far as torch.save uses the format: stored, never compressed, zip64.
// Format: PKWARE APPNOTE 6.3.
#pragma once

#include <map>
#include <string>

#include "core/files.hpp"

namespace inkstone {

struct ZipEntry {
  Bytes stored;           // within the archive
  std::uint32_t crc = 0;  // 0: the writer left it out, as torch.serialization.set_crc32_options(False) does
};

// By name. Throws corrupt_file for a directory that is truncated, out of range, overlapping or names an entry twice or
// otherwise than the entry itself does, unsupported for compressed or encrypted entries.
std::map<std::string, ZipEntry> zip_entries(Bytes archive);

// The content, once its CRC-32 is found right. Throws corrupt_file naming the entry.
Bytes intact_content(const ZipEntry& entry, const std::string& name);

}  // namespace inkstone
