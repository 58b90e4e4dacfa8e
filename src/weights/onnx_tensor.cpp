#include "weights/onnx_tensor.hpp"

#include <charconv>
#include <cstring>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/manifest.hpp"
#include "weights/protobuf_wire.hpp"

namespace inkstone {
namespace {

[[noreturn]] void corrupt_onnx_tensor(const std::string& tensor, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("ONNX tensor '{}' {}; get the file again", tensor, what));
}

// TensorProto. Its numbers are in raw_data, in the list that fits its type, or in another file.
struct Message {
  std::string name;
  Shape shape;
  std::uint64_t data_type = 0;
  std::vector<Bytes> floats, doubles;  // packed runs
  std::vector<std::int64_t> integers;  // int32_data and int64_data
  std::optional<Bytes> raw;
  bool external = false;
  std::map<std::string, std::string> place;  // location, offset, length
};

void read_entry(Bytes message, std::map<std::string, std::string>& into) {
  std::string key, value;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == 1) key = field->text();
    if (field->number == 2) value = field->text();
  }
  into[key] = value;
}

void read_field(const ProtoField& field, Message& into) {
  switch (field.number) {
    case 1:
      field.append_to(into.shape, kMaxRank);
      break;
    case 2:
      into.data_type = field.integer();
      break;
    case 4:
      into.floats.push_back(field.message());
      break;
    case 5:
    case 7:
      field.append_to(into.integers);
      break;
    case 8:
      into.name = field.text();
      break;
    case 9:
      into.raw = field.message();
      break;
    case 10:
      into.doubles.push_back(field.message());
      break;
    case 13:
      read_entry(field.message(), into.place);
      break;
    case 14:
      into.external = field.integer() == 1;
      break;
  }
}

at::ScalarType scalar_type(const Message& message) {
  if (const auto type = onnx_scalar_type(message.data_type)) return *type;
  if (message.data_type == 0) corrupt_onnx_tensor(message.name, "has no type");
  throw Error(ErrorCategory::unsupported,
              fmt::format("ONNX tensor '{}' has element type {}, which cannot be read", message.name, message.data_type));
}

std::uint64_t parse_number(const Message& message, const std::string& key) {
  const std::string& text = message.place.at(key);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    corrupt_onnx_tensor(message.name, fmt::format("has '{}' as its {}", text, key));
  return value;
}

Bytes external_bytes(const Message& message, OnnxExternalData& external) {
  if (!message.place.count("location")) corrupt_onnx_tensor(message.name, "is in another file but does not say which");
  const std::uint64_t offset = message.place.count("offset") ? parse_number(message, "offset") : 0;
  std::optional<std::uint64_t> length;
  if (message.place.count("length")) length = parse_number(message, "length");
  return external.range(message.place.at("location"), offset, length);
}

at::Tensor from_bytes(const std::vector<Bytes>& runs, at::ScalarType dtype, const Message& message) {
  std::uint64_t size = 0;
  for (const auto run : runs) size += run.size();
  require_size(message.shape, dtype, size, message.name);
  at::Tensor tensor = at::empty(message.shape, dtype == at::kBool ? at::kByte : dtype);
  auto* out = static_cast<std::byte*>(tensor.data_ptr());
  for (const auto run : runs) {
    if (!run.empty()) std::memcpy(out, run.data(), run.size());
    out += run.size();
  }
  return dtype == at::kBool ? tensor.ne(0) : tensor;  // any byte may stand in the file, two only in a bool
}

at::Tensor from_integers(at::ScalarType dtype, const Message& message) {
  const auto& values = message.integers;
  require_size(message.shape, at::kLong, values.size() * sizeof(std::int64_t), message.name);
  const at::Tensor wide = values.empty() ? at::empty(message.shape, at::kLong)
                                         : at::from_blob(const_cast<std::int64_t*>(values.data()), message.shape, at::kLong);
  const bool bits = dtype == at::kHalf || dtype == at::kBFloat16;  // 16-bit floats stand there as their bit patterns
  return bits ? wide.to(at::kShort).view(dtype) : wide.to(dtype, false, /*copy=*/true);
}

at::Tensor decode(const Message& message, OnnxExternalData& external) {
  const at::ScalarType dtype = scalar_type(message);
  if (message.external) return from_bytes({external_bytes(message, external)}, dtype, message);
  if (message.raw) return from_bytes({*message.raw}, dtype, message);
  if (dtype == at::kFloat) return from_bytes(message.floats, dtype, message);
  if (dtype == at::kDouble) return from_bytes(message.doubles, dtype, message);
  return from_integers(dtype, message);
}

}  // namespace

std::optional<at::ScalarType> onnx_scalar_type(std::int64_t code) {
  switch (code) {
    case 1:
      return at::kFloat;
    case 2:
      return at::kByte;
    case 3:
      return at::kChar;
    case 5:
      return at::kShort;
    case 6:
      return at::kInt;
    case 7:
      return at::kLong;
    case 9:
      return at::kBool;
    case 10:
      return at::kHalf;
    case 11:
      return at::kDouble;
    case 16:
      return at::kBFloat16;
  }
  return std::nullopt;
}

Bytes OnnxExternalData::range(const std::string& location, std::uint64_t offset, std::optional<std::uint64_t> length) {
  if (model_.empty())
    throw Error(ErrorCategory::unsupported,
                "the ONNX model keeps its tensors in other files; open it by its path, with them beside it");
  auto found = files_.find(location);
  if (found == files_.end()) {
    found = files_.emplace(location, MappedFile(file_beside(model_, location))).first;
    size_ += found->second.bytes().size();
  }
  const Bytes file = found->second.bytes();
  if (offset > file.size() || length.value_or(0) > file.size() - offset)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("'{}' is shorter than the ONNX model says; get both files again", location));
  const Bytes range = file.subspan(offset, length.value_or(file.size() - offset));
  used_ += range.size();
  if (used_ > size_) throw Error(ErrorCategory::corrupt_file, fmt::format("tensors of the ONNX model overlap in '{}'", location));
  return range;
}

OnnxTensor read_onnx_tensor(Bytes bytes, OnnxExternalData& external) {
  Message message;
  for (ProtoReader reader(bytes); const auto field = reader.next();) read_field(*field, message);
  return {message.name, decode(message, external)};
}

}  // namespace inkstone
