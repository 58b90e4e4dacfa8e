// Sorted tables of LevelDB, of which the index of a TensorFlow checkpoint is one: blocks of keys that share their beginnings, a
// block that says where they lie, and a footer. Format: google/leveldb, doc/table_format.md; tensorflow/core/lib/io.
#pragma once

#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

struct TableEntry {
  std::string key, value;
};

// True where the last bytes are those of such a table.
bool is_sorted_table(Bytes file);

// Every entry, by rising key. Checksums are compared, and no key stands twice. Throws corrupt_file, and unsupported for blocks
// that are compressed by anything but Snappy.
std::vector<TableEntry> read_sorted_table(Bytes file);

}  // namespace inkstone
