// Datasets that an HDF5 file keeps in chunks, which filters may have packed: gzip and byte shuffling.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "weights/hdf5_values.hpp"

namespace inkstone::hdf5 {

struct Filter {
  enum class Kind : std::uint16_t { deflate = 1, shuffle = 2 };
  Kind kind = Kind::deflate;
};

// In the order in which they were applied. Throws unsupported for others than those two.
std::vector<Filter> parse_filters(Bytes message);

struct Chunk {
  Bytes stored;
  std::uint32_t skipped_filters = 0;  // a bit each
  Shape offset;                       // of its first element, in elements
};

struct ChunkLayout {
  Address tree = kUndefined;
  Shape shape;  // of a chunk
};

// Every chunk below the tree, in its order. Throws corrupt_file.
std::vector<Chunk> find_chunks(File& file, const ChunkLayout& layout);

// Copies the chunk to where it belongs in the tensor; what reaches over the edge is left away. Throws corrupt_file,
// unsupported (gzip, in a build without zlib).
void place_chunk(const Chunk& chunk, const ChunkLayout& layout, const std::vector<Filter>& filters, const at::Tensor& into);

}  // namespace inkstone::hdf5
