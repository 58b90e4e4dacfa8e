#include <cstring>

#include <ATen/ATen.h>

#include "weights/hdf5_chunks.hpp"
#include "weights/hdf5_cursor.hpp"
#include "weights/hdf5_values.hpp"

namespace inkstone::hdf5 {
namespace {

constexpr std::uint64_t kMaxRatio = 4096;  // gzip reaches 1032

// Bit offset, precision, and for floats where exponent and mantissa lie, of the IEEE formats.
bool is_ieee(const Datatype& type, std::string_view properties) {
  Cursor cursor(type.properties);
  return cursor.left() >= properties.size() && cursor.text(properties.size()) == properties;
}

at::ScalarType real_type(const Datatype& type, const std::string& dataset) {
  using namespace std::string_view_literals;
  if (type.size == 2 && is_ieee(type, "\0\0\x10\0\x0a\x05\0\x0a\x0f\0\0\0"sv)) return at::kHalf;
  if (type.size == 4 && is_ieee(type, "\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0"sv)) return at::kFloat;
  if (type.size == 8 && is_ieee(type, "\0\0\x40\0\x34\x0b\0\x34\xff\3\0\0"sv)) return at::kDouble;
  unsupported(fmt::format("has floats of an unknown kind in '{}'", dataset));
}

at::ScalarType integer_type(const Datatype& type, const std::string& dataset) {
  constexpr std::uint32_t kSigned = 8;
  const bool is_signed = (type.bits & kSigned) != 0;
  if (type.size == 1) return is_signed ? at::kChar : at::kByte;
  if (type.size == 2 && is_signed) return at::kShort;
  if (type.size == 4 && is_signed) return at::kInt;
  if (type.size == 8 && is_signed) return at::kLong;
  unsupported(fmt::format("has integers of an unknown kind in '{}'", dataset));
}

at::ScalarType scalar_type(const Datatype& type, const std::string& dataset) {
  constexpr std::uint32_t kBigEndian = 1;
  const bool number = type.kind == Datatype::Class::integer || type.kind == Datatype::Class::real;
  if (!number || ((type.bits & kBigEndian) != 0 && type.size > 1))
    unsupported(fmt::format("holds neither whole numbers nor floats in '{}', or big-endian ones", dataset));
  return type.kind == Datatype::Class::real ? real_type(type, dataset) : integer_type(type, dataset);
}

// Where a dataset's numbers are: in one run, or in chunks.
struct Layout {
  std::optional<Bytes> run;
  ChunkLayout chunks;
};

ChunkLayout parse_chunks(Cursor& cursor, std::size_t rank, std::size_t width) {
  if (cursor.number<std::uint8_t>() != rank + 1) corrupt("has chunks of another rank than their dataset");
  ChunkLayout chunks;
  chunks.tree = cursor.number<Address>();
  for (std::size_t d = 0; d < rank; ++d) chunks.shape.push_back(cursor.number<std::uint32_t>());
  if (cursor.number<std::uint32_t>() != width) corrupt("has chunks of another type than their dataset");
  return chunks;
}

Layout parse_layout(const File& file, Bytes message, std::size_t rank, std::size_t width) {
  enum { kCompact, kContiguous, kChunked, kVirtual };
  Cursor cursor(message);
  const int version = cursor.number<std::uint8_t>(), kind = cursor.number<std::uint8_t>();
  if (kind >= kVirtual) corrupt("keeps a dataset's numbers in other files");
  if (version < 3 || version > 4 || (version == 4 && kind == kChunked))
    unsupported("lays out its datasets in another way than h5py does");
  if (kind == kCompact) return {cursor.take(cursor.number<std::uint16_t>()), {}};
  if (kind == kChunked) return {std::nullopt, parse_chunks(cursor, rank, width)};
  const auto address = cursor.number<Address>();
  const auto size = cursor.number<std::uint64_t>();
  return {address == kUndefined ? Bytes{} : file.range(address, size), {}};
}

at::Tensor from_run(Bytes run, at::ScalarType dtype, const Shape& shape, Allowance& allowance, const std::string& dataset) {
  require_size(shape, dtype, run.size(), dataset);
  allowance.claim(run.size(), dataset);
  at::Tensor tensor = at::empty(shape, dtype);
  if (!run.empty()) std::memcpy(tensor.data_ptr(), run.data(), run.size());
  return tensor;
}

at::Tensor from_chunks(const std::vector<Chunk>& chunks, const ChunkLayout& layout, const std::vector<Filter>& filters,
                       at::ScalarType dtype, const Shape& shape, Allowance& allowance, const std::string& dataset) {
  const auto width = c10::elementSize(dtype);
  const auto chunk_size = std::uint64_t(element_count(layout.shape, dataset)) * width;
  std::uint64_t stored = 0;
  for (const Chunk& chunk : chunks) {
    stored += chunk.stored.size();
    allowance.claim(chunk.stored.size(), dataset);
    allowance.reserve(chunk_size, chunk.stored.size(), dataset);
  }
  allowance.reserve(std::uint64_t(element_count(shape, dataset)) * width, stored, dataset);
  at::Tensor tensor = at::zeros(shape, dtype);  // a chunk that was never written is zero
  for (const Chunk& chunk : chunks) place_chunk(chunk, layout, filters, tensor);
  return tensor;
}

const Message& required(File& file, Address object, MessageType type, const std::string& dataset) {
  const Message* message = file.message(object, type);
  if (message == nullptr) corrupt(fmt::format("has '{}' without its type, shape or place", dataset));
  return *message;
}

}  // namespace

void Allowance::claim(std::uint64_t stored, const std::string& dataset) {
  if (stored > stored_left_) corrupt(fmt::format("gives bytes of '{}' to other datasets too", dataset));
  stored_left_ -= stored;
}

void Allowance::reserve(std::uint64_t bytes, std::uint64_t stored, const std::string& dataset) {
  if (bytes > memory_left_ || bytes / kMaxRatio > stored)
    corrupt(fmt::format("claims {} bytes in '{}' but stores {}", bytes, dataset, stored));
  memory_left_ -= bytes;
}

at::Tensor read_dataset(File& file, Address object, Allowance& allowance, const std::string& dataset) {
  if (file.message(object, MessageType::external_files) != nullptr)
    corrupt(fmt::format("keeps the numbers of '{}' in other files", dataset));
  const at::ScalarType dtype = scalar_type(parse_datatype(required(file, object, MessageType::datatype, dataset).body), dataset);
  const Shape shape = parse_dataspace(required(file, object, MessageType::dataspace, dataset).body);
  const Layout layout =
      parse_layout(file, required(file, object, MessageType::layout, dataset).body, shape.size(), c10::elementSize(dtype));
  const Message* packed = file.message(object, MessageType::filters);
  const auto filters = packed != nullptr ? parse_filters(packed->body) : std::vector<Filter>{};
  const at::Tensor tensor =
      layout.run ? from_run(*layout.run, dtype, shape, allowance, dataset)
                 : from_chunks(find_chunks(file, layout.chunks), layout.chunks, filters, dtype, shape, allowance, dataset);
  return dtype == at::kHalf ? tensor.to(at::kFloat) : tensor;
}

}  // namespace inkstone::hdf5
