// Sorted tables and TensorFlow's bundles of tensors written by hand, part by part, so that each can be made wrong.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/crc32.hpp"
#include "unit/weights/protobuf_fields.hpp"

namespace inkstone {

inline std::string four_bytes(std::uint32_t value) {
  return raw_bytes<std::uint32_t>({value});
}

inline std::string table_entry(std::uint64_t shared, const std::string& own, const std::string& value) {
  return varint(shared) + varint(own.size()) + varint(value.size()) + own + value;
}

// Entries, the place where a search may start, and how many such places there are.
inline std::string table_block(const std::string& entries) {
  return entries + four_bytes(0) + four_bytes(1);
}

// Blocks as they lie in the file, compressed by this method; the index and the footer behind them.
inline std::string table_file(const std::vector<std::string>& blocks, char compression = 0) {
  std::string file, index;
  const auto add = [&](const std::string& block, char method) {
    const auto handle = varint(file.size()) + varint(block.size());
    const std::string checked = block + method;
    file += checked + four_bytes(masked_crc32c(as_bytes(checked)));
    return handle;
  };
  char key = '0';
  for (const auto& block : blocks) index += table_entry(0, std::string(1, key++), add(block, compression));
  std::string footer = add(table_block(""), 0) + add(table_block(index), 0);
  footer.resize(40);
  return file + footer + raw_bytes<std::uint64_t>({0xDB4775248B80FB57});
}

// Keys in rising order, in one block.
inline std::string table_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string content;
  for (const auto& [key, value] : entries) content += table_entry(0, key, value);
  return table_file({table_block(content)});
}

inline std::string bundle_header(std::uint64_t shards = 1) {
  return number_field(1, shards);
}

struct BundleFields {
  std::uint64_t type = 1, shard = 0, offset = 0, size = 4;
  std::vector<std::uint64_t> shape = {1};
  std::string content = std::string(4, '\0');  // for the checksum
};

inline std::string bundle_entry(const BundleFields& fields) {
  std::string shape;
  for (const auto dimension : fields.shape) shape += bytes_field(2, number_field(1, dimension));
  return number_field(1, fields.type) + bytes_field(2, shape) + number_field(3, fields.shard) + number_field(4, fields.offset) +
         number_field(5, fields.size) + varint(6 << 3 | 5) + four_bytes(masked_crc32c(as_bytes(fields.content)));
}

}  // namespace inkstone
