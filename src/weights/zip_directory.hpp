// The entries of a zip archive over its bytes, as far as torch.save uses the format: stored, never compressed, zip64.
// Format: PKWARE APPNOTE 6.3.
#pragma once

#include <map>
#include <string>

#include "core/files.hpp"

namespace inkstone {

// Name -> content, within archive. Throws corrupt_file for a directory that is truncated, out of range, overlapping or
// names an entry twice, unsupported for compressed or encrypted entries.
std::map<std::string, Bytes> zip_entries(Bytes archive);

}  // namespace inkstone
