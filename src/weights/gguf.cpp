#include "weights/gguf.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/gguf_cursor.hpp"
#include "weights/gguf_quants.hpp"
#include "weights/named_file.hpp"

namespace inkstone {
namespace {

using gguf::corrupt;
using gguf::Cursor;

constexpr std::uint32_t kMostDimensions = 4;
constexpr int kDeepestList = 4;
constexpr std::uint64_t kMostAlignment = 1 << 20;
enum : std::uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kText, kList, kU64, kI64, kF64 };

template <class T>
std::optional<std::string> number_text(Cursor& cursor) {
  return fmt::format("{}", cursor.number<T>());
}

// A metadata value as text; absent for a list, which is stepped over.
std::optional<std::string> take_value(Cursor& cursor, std::uint32_t type, int depth) {
  switch (type) {
    case kU8:
      return number_text<std::uint8_t>(cursor);
    case kI8:
      return number_text<std::int8_t>(cursor);
    case kU16:
      return number_text<std::uint16_t>(cursor);
    case kI16:
      return number_text<std::int16_t>(cursor);
    case kU32:
      return number_text<std::uint32_t>(cursor);
    case kI32:
      return number_text<std::int32_t>(cursor);
    case kF32:
      return number_text<float>(cursor);
    case kBool:
      return cursor.number<std::uint8_t>() != 0 ? "true" : "false";
    case kText:
      return cursor.text();
    case kU64:
      return number_text<std::uint64_t>(cursor);
    case kI64:
      return number_text<std::int64_t>(cursor);
    case kF64:
      return number_text<double>(cursor);
    case kList:
      break;
    default:
      corrupt("the GGUF file has metadata of an unknown type");
  }
  if (depth >= kDeepestList) corrupt("the GGUF file nests its metadata too deeply");
  const auto inner = cursor.number<std::uint32_t>();
  for (auto count = cursor.count(1); count > 0; --count) (void)take_value(cursor, inner, depth + 1);
  return {};
}

void read_metadata(Cursor& cursor, std::uint64_t count, StateDict& result) {
  for (; count > 0; --count) {
    auto key = cursor.text();
    const auto type = cursor.number<std::uint32_t>();
    if (auto value = take_value(cursor, type, 0)) result.metadata.insert_or_assign(std::move(key), std::move(*value));
  }
}

struct Placed {
  std::string name;
  Shape shape;  // slowest dimension first
  std::uint32_t type = 0;
  std::uint64_t offset = 0, bytes = 0;
};

std::optional<at::ScalarType> plain_dtype(std::uint32_t type) {
  switch (type) {
    case 0:
      return at::kFloat;
    case 1:
      return at::kHalf;
    case 24:
      return at::kChar;
    case 25:
      return at::kShort;
    case 26:
      return at::kInt;
    case 27:
      return at::kLong;
    case 28:
      return at::kDouble;
    case 30:
      return at::kBFloat16;
    default:
      return {};
  }
}

std::uint64_t bytes_of(const Placed& tensor) {
  const auto count = static_cast<std::uint64_t>(element_count(tensor.shape, tensor.name));
  if (const auto dtype = plain_dtype(tensor.type)) return count * c10::elementSize(*dtype);
  const auto kind = gguf::quantisation(tensor.type);
  if (!kind)
    throw Error(ErrorCategory::unsupported,
                fmt::format("tensor '{}' is quantised by ggml's type {}, which cannot be read; use Q8_0 or a k-quant",
                            tensor.name, tensor.type));
  if (tensor.shape.empty() || tensor.shape.back() % kind->values != 0)
    corrupt(fmt::format("tensor '{}' has rows that are not whole blocks of {}", tensor.name, kind->name));
  return count / static_cast<std::uint64_t>(kind->values) * static_cast<std::uint64_t>(kind->bytes);
}

Placed read_entry(Cursor& cursor) {
  Placed tensor;
  tensor.name = cursor.text();
  const auto dimensions = cursor.number<std::uint32_t>();
  if (dimensions > kMostDimensions) corrupt(fmt::format("tensor '{}' claims {} dimensions", tensor.name, dimensions));
  for (std::uint32_t i = 0; i < dimensions; ++i) tensor.shape.insert(tensor.shape.begin(), cursor.number<std::int64_t>());
  tensor.type = cursor.number<std::uint32_t>();
  tensor.offset = cursor.number<std::uint64_t>();
  tensor.bytes = bytes_of(tensor);
  return tensor;
}

std::uint64_t alignment_of(const StateDict& result) {
  const auto found = result.metadata.find("general.alignment");
  if (found == result.metadata.end()) return 32;
  std::uint64_t alignment = 0;
  for (const char digit : found->second)
    alignment = digit >= '0' && digit <= '9' && alignment <= kMostAlignment ? 10 * alignment + (digit - '0') : kMostAlignment + 1;
  if (alignment == 0 || alignment > kMostAlignment) corrupt("the GGUF file has an impossible alignment");
  return alignment;
}

void require_apart(std::vector<Placed>& tensors, std::uint64_t size) {
  std::sort(tensors.begin(), tensors.end(),
            [](const Placed& a, const Placed& b) { return std::pair(a.offset, a.bytes) < std::pair(b.offset, b.bytes); });
  std::uint64_t end = 0;
  for (const auto& tensor : tensors) {
    if (tensor.offset > size || tensor.bytes > size - tensor.offset)
      corrupt(fmt::format("tensor '{}' reaches outside the GGUF file", tensor.name));
    if (tensor.bytes > 0 && tensor.offset < end)
      corrupt(fmt::format("tensor '{}' overlaps another in the GGUF file", tensor.name));
    end = std::max(end, tensor.offset + tensor.bytes);
  }
}

at::Tensor tensor_of(const Placed& tensor, Bytes data, const Owner& owner) {
  const auto bytes = data.subspan(tensor.offset, tensor.bytes);
  if (const auto dtype = plain_dtype(tensor.type)) return tensor_over(bytes, *dtype, tensor.shape, owner);
  return gguf::unpacked(bytes, *gguf::quantisation(tensor.type), tensor.shape);
}

void require_version(std::uint32_t version) {
  if (version == 2 || version == 3) return;
  const bool big_endian = (version & 0xffff) == 0 && version != 0;
  throw Error(ErrorCategory::unsupported,
              big_endian ? std::string("the GGUF file is big-endian; convert it on the machine that wrote it")
                         : fmt::format("GGUF version {} cannot be read; 2 and 3 can", version));
}

}  // namespace

StateDict read_gguf(Bytes bytes, const Owner& owner) {
  Cursor cursor(bytes);
  const auto magic = cursor.take(4);
  if (std::string_view(reinterpret_cast<const char*>(magic.data()), 4) != "GGUF") corrupt("this is no GGUF file");
  require_version(cursor.number<std::uint32_t>());
  const auto tensors = cursor.count(24), entries = cursor.count(13);
  StateDict result;
  read_metadata(cursor, entries, result);
  std::vector<Placed> placed;
  for (std::uint64_t i = 0; i < tensors; ++i) placed.push_back(read_entry(cursor));
  const auto alignment = alignment_of(result);
  const auto begin = (cursor.position() + alignment - 1) / alignment * alignment;
  const auto data = begin < bytes.size() ? bytes.subspan(begin) : Bytes();
  require_apart(placed, data.size());
  for (const auto& tensor : placed)
    if (!result.tensors.emplace(tensor.name, tensor_of(tensor, data, owner)).second)
      corrupt(fmt::format("the GGUF file names tensor '{}' twice", tensor.name));
  return result;
}

StateDict read_gguf(const std::filesystem::path& path) {
  const auto file = std::make_shared<const MappedFile>(path);
  return naming_file(path, [&] { return read_gguf(file->bytes(), file); });
}

}  // namespace inkstone
