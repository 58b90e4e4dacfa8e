// The entries of a zip archive over its bytes: stored, as torch.save writes them, or deflated where the caller allows it; zip64.
// Format: PKWARE APPNOTE 6.3.
#pragma once

#include <map>
#include <string>

#include "core/files.hpp"

namespace inkstone {

struct ZipEntry {
  Bytes stored;            // within the archive
  std::uint64_t size = 0;  // of the content
  bool deflated = false;
  std::uint32_t crc = 0;  // 0: the writer left it out, as torch.serialization.set_crc32_options(False) does
};

// By name. Throws corrupt_file for a directory that is truncated, out of range, overlapping or names an entry twice or
// otherwise than the entry itself does, unsupported for encrypted entries and for compressed ones but those that are allowed.
enum class ZipMethods { stored, deflated_too };
std::map<std::string, ZipEntry> zip_entries(Bytes archive, ZipMethods allowed = ZipMethods::stored);

// The content of a stored entry, once its CRC-32 is found right. Throws corrupt_file naming the entry.
Bytes intact_content(const ZipEntry& entry, const std::string& name);

// The content of a deflated entry, likewise. Throws corrupt_file too where it is not of the size that the archive says.
std::string unpacked_content(const ZipEntry& entry, const std::string& name);

}  // namespace inkstone
